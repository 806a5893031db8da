using System;

using Sluice.Http.Codec;

namespace Sluice.Http;

/// <summary>Every limit of a connection that is not in the configuration file.</summary>
public sealed record HttpLimits
{
    /// <summary>The limits as they ship.</summary>
    public static HttpLimits Default { get; } = new();

    /// <summary>Limits of a head.</summary>
    public HeadLimits Head { get; init; } = HeadLimits.Httpd;

    /// <summary>Bytes of a body nobody asked for that are read over to keep a connection; beyond them it is closed.</summary>
    public long DrainBytes { get; init; } = 64 * 1024;

    /// <summary>How long a client may take for that.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);
}
