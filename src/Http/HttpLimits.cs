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

    /// <summary>A peer that reads or sends a body has to move <see cref="ProgressBytes"/> in this time, on average (H-LIMIT-19).</summary>
    public TimeSpan ProgressPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes in a <see cref="ProgressPeriod"/>.</summary>
    public int ProgressBytes { get; init; } = 4096;

    /// <summary>Bytes of a body nobody asked for that are read over to keep a connection; beyond them it is closed.</summary>
    public long DrainBytes { get; init; } = 64 * 1024;

    /// <summary>How long a connection that is closed early is read from, so that its client can read the answer.</summary>
    public TimeSpan LingerTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes that are thrown away meanwhile.</summary>
    public long LingerBytes { get; init; } = 64 * 1024 * 1024;
}
