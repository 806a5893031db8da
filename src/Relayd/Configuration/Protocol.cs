using System;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration;

/// <summary>What a relay understands of what it relays.</summary>
internal enum ProtocolType
{
    Tcp,
    Http,
    Dns,
}

/// <summary>A <c>protocol</c>: how relays treat connections, and what they filter (R-PROTO-01 to -08).</summary>
internal sealed record Protocol
{
    /// <summary>That of relays that name none.</summary>
    public static Protocol Default { get; } = new() { Id = 0, Name = "default" };

    /// <summary>From 1; 0 for the built-in one.</summary>
    public required int Id { get; init; }

    /// <summary>At most 63 bytes.</summary>
    public required string Name { get; init; }

    public ProtocolType Type { get; init; }

    /// <summary>For the sockets towards clients and hosts.</summary>
    public TcpOptions Tcp { get; init; } = TcpOptions.None;

    /// <summary>Whether the kernel may move data from socket to socket.</summary>
    public bool Splice { get; init; } = true;

    public RelayTls Tls { get; init; } = RelayTls.Default;

    public HttpOptions Http { get; init; } = HttpOptions.Default;

    /// <summary>The page that tells clients of errors; null where their connection is just closed.</summary>
    public ErrorPageStyle? ErrorPage { get; init; }

    /// <summary>When clients shall come back whose table is in maintenance; null where they are told of no maintenance.</summary>
    public TimeSpan? Maintenance { get; init; }

    /// <summary>Filter rules in order.</summary>
    public Sequence<Rule> Rules { get; init; }

    /// <summary>Whether a relay of this protocol inspects what goes through TLS.</summary>
    public bool Inspects(Relay relay) => relay is { Tls: true, Forward.Tls: true } && Tls.Inspecting is not null;
}

/// <summary>The <c>http</c> options.</summary>
/// <param name="HeaderLengthBytes">The longest head, 0 to 131072.</param>
/// <param name="WebSockets">Whether a session may become one of WebSocket.</param>
internal sealed record HttpOptions(int HeaderLengthBytes = 8192, bool WebSockets = false)
{
    public static HttpOptions Default { get; } = new();

    /// <summary>Whether connections to hosts are shared by sessions (D-30).</summary>
    public bool Reuse { get; init; }

    /// <summary>Whether X-Forwarded-For names the client, where <see cref="RelaydConfiguration.TrustedProxies"/> send it (D-31).</summary>
    public bool Forwarded { get; init; }

    /// <summary>The field that each request is given a name of its own in, unless it has it; null for none.</summary>
    public string? RequestIdField { get; init; }
}

/// <summary>The look of error pages.</summary>
/// <param name="Style">CSS in place of the built-in one; null for that.</param>
internal sealed record ErrorPageStyle(string? Style);
