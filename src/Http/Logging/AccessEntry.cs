using System;

namespace Sluice.Http.Logging;

/// <summary>What is known about a request when its response begins; the line of each style is made of it.</summary>
/// <remarks>Slices of the request's head: it lives no longer than the head does.</remarks>
public readonly ref struct AccessEntry
{
    /// <summary>The configured name of the selected host (H-LOG-11).</summary>
    public required ReadOnlySpan<byte> Host { get; init; }

    /// <summary>The client's numeric address.</summary>
    public required ReadOnlySpan<byte> Client { get; init; }

    /// <summary>The numeric address of the proxy that named the client; empty where none did.</summary>
    public ReadOnlySpan<byte> Proxy { get; init; }

    /// <summary>The authenticated user, or empty.</summary>
    public ReadOnlySpan<byte> User { get; init; }

    /// <summary>The local time as the style has it (H-LOG-14).</summary>
    public required ReadOnlySpan<byte> Time { get; init; }

    /// <summary>The method as received; empty if it was not parsed.</summary>
    public ReadOnlySpan<byte> Method { get; init; }

    /// <summary>The decoded canonical path, or what was received if it could not be decoded (H-LOG-16).</summary>
    public ReadOnlySpan<byte> Path { get; init; }

    /// <summary>The target has a <c>?</c>.</summary>
    public bool HasQuery { get; init; }

    /// <summary>The path is as the client sent it: what is encoded in it stays as it is.</summary>
    public bool IsPathAsSent { get; init; }

    /// <summary>What follows the first <c>?</c>, raw.</summary>
    public ReadOnlySpan<byte> Query { get; init; }

    /// <summary>The version as it is shown; empty if it was not parsed (H-LOG-18).</summary>
    public ReadOnlySpan<byte> Version { get; init; }

    /// <summary>Status code; 0 where there is no answer.</summary>
    public required int Status { get; init; }

    /// <summary>Announced length of the body (H-LOG-19).</summary>
    public required long Bytes { get; init; }

    /// <summary>The field <c>Referer</c>, or empty.</summary>
    public ReadOnlySpan<byte> Referer { get; init; }

    /// <summary>The field <c>User-Agent</c>, or empty.</summary>
    public ReadOnlySpan<byte> UserAgent { get; init; }

    /// <summary>The field <c>X-Forwarded-For</c>, or empty.</summary>
    public ReadOnlySpan<byte> ForwardedFor { get; init; }

    /// <summary>The field <c>X-Forwarded-Port</c>, or empty.</summary>
    public ReadOnlySpan<byte> ForwardedPort { get; init; }

    /// <summary>Address and port of the host that a relay sent it to; empty where there was none.</summary>
    public ReadOnlySpan<byte> Target { get; init; }

    /// <summary>What tells it from all other requests; empty where nothing does.</summary>
    public ReadOnlySpan<byte> RequestId { get; init; }

    /// <summary>How long a relay took.</summary>
    public RelayTimes Times { get; init; }

    /// <summary>Bytes of all that the client sent.</summary>
    public int TextLength => User.Length + Method.Length + Path.Length + Query.Length + Version.Length
        + Referer.Length + UserAgent.Length + ForwardedFor.Length + ForwardedPort.Length + RequestId.Length;
}

/// <summary>How long the parts of a relayed request took; null for those that it did not come to.</summary>
/// <param name="Head">From the first byte of its head to the last.</param>
/// <param name="Host">From there until a host was connected to.</param>
/// <param name="Answer">From there to the head of the answer.</param>
/// <param name="Total">From the first byte of its head to the last of the answer.</param>
public readonly record struct RelayTimes(TimeSpan? Head, TimeSpan? Host, TimeSpan? Answer, TimeSpan? Total);
