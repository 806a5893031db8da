using System;

namespace Sluice.Http.Codec;

/// <summary>Whether the connection may carry another request after an answer.</summary>
public enum Continuation
{
    /// <summary>It may: the end of the rejected message is known.</summary>
    Keep,

    /// <summary>It may not: framing is lost, or the peer is not to be trusted with it.</summary>
    Close,
}

/// <summary>The answer to a rejected message.</summary>
/// <param name="Status">The status code to send.</param>
/// <param name="Continuation">What becomes of the connection.</param>
public readonly record struct RejectionAnswer(int Status, Continuation Continuation);

/// <summary>The one table from a peer's mistake to what is answered (httpd's; relayd's differs, see its own).</summary>
public static class RejectionStatus
{
    /// <summary>The answer to a mistake; meaningless for <see cref="Rejection.None"/>, which is answered 500 and closed.</summary>
    public static RejectionAnswer Of(Rejection rejection) => rejection switch
    {
        Rejection.TargetTooLong => new RejectionAnswer(414, Continuation.Close),
        Rejection.FieldsTooLong or Rejection.TooManyFields or Rejection.TrailersTooLong => new RejectionAnswer(431, Continuation.Close),
        Rejection.VersionNotSupported => new RejectionAnswer(505, Continuation.Close),
        Rejection.TransferCodingUnknown => new RejectionAnswer(501, Continuation.Close),
        Rejection.MethodUnknown => new RejectionAnswer(501, Continuation.Keep),
        Rejection.Expectation => new RejectionAnswer(417, Continuation.Keep),
        Rejection.BodyTooLarge => new RejectionAnswer(413, Continuation.Close),
        Rejection.HeadTimeout => new RejectionAnswer(408, Continuation.Close),
        Rejection.None => new RejectionAnswer(500, Continuation.Close),
        _ => Enum.IsDefined(rejection)
            ? new RejectionAnswer(400, Continuation.Close)
            : throw new ArgumentOutOfRangeException(nameof(rejection)),
    };
}
