using System;

using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Httpd.Serving;

/// <summary>Why a connection ended, as the log says it (H-LOG-24).</summary>
internal enum EndReason
{
    /// <summary>All that was asked for was answered.</summary>
    Done,

    /// <summary>The client was gone before that.</summary>
    Closed,

    /// <summary>The client was too slow, or silent.</summary>
    Timeout,

    /// <summary>The configuration says <c>block drop</c>.</summary>
    Dropped,

    /// <summary>An answer could not be brought to its end.</summary>
    Failed,
}

/// <summary>From what happened to why a connection ended, and to its words.</summary>
internal static class EndReasons
{
    /// <summary>What is logged as the status where the client went before its answer: no status of HTTP, but widely understood.</summary>
    public const int ClientGone = 499;

    public static EndReason Of(Ending ending) => ending switch
    {
        Ending.Abandoned => EndReason.Closed,
        Ending.Idle or Ending.Late => EndReason.Timeout,
        _ => EndReason.Done,
    };

    public static EndReason Of(Outcome outcome) => outcome switch
    {
        Outcome.Sent => EndReason.Done,
        Outcome.Expired => EndReason.Timeout,
        Outcome.Truncated => EndReason.Failed,
        _ => EndReason.Closed,
    };

    public static ReadOnlySpan<byte> Text(EndReason reason) => reason switch
    {
        EndReason.Done => "done"u8,
        EndReason.Closed => "closed"u8,
        EndReason.Timeout => "timeout"u8,
        EndReason.Dropped => "dropped"u8,
        _ => "failed"u8,
    };

    /// <summary>What stands in the place of the path where a request was not understood.</summary>
    public static ReadOnlySpan<byte> Text(Rejection rejection) => rejection switch
    {
        Rejection.HeadTimeout => "timeout"u8,
        Rejection.BodyTooLarge => "too large"u8,
        _ => "malformed"u8,
    };
}
