using System;
using System.Text;

namespace Sluice.Http.Codec;

/// <summary>How the end of a body is known.</summary>
public enum BodyKind
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>It has a known length, above 0.</summary>
    Length,

    /// <summary>It is chunked.</summary>
    Chunked,

    /// <summary>It goes on until the sender closes; of responses only.</summary>
    UntilClose,

    /// <summary>It cannot be known: nothing behind the head may be read as anything.</summary>
    Rejected,
}

/// <summary>Where a body ends (RFC 9112 6.3), decided in this one place.</summary>
/// <param name="Kind">How the end is known.</param>
/// <param name="Length">The bytes of a body of known length; 0 for the other kinds.</param>
/// <param name="Rejection">Why it cannot be known.</param>
public readonly record struct BodyFraming(BodyKind Kind, long Length, Rejection Rejection)
{
    /// <summary>
    /// The framing of a parsed head. Whatever two readers could read differently is rejected: two lengths, a length beside a coding,
    /// a coding that is not exactly one <c>chunked</c>, a coding in HTTP/1.0 (RFC 9112 6.1, 11.2).
    /// </summary>
    public static BodyFraming OfRequest(RequestHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        BodyFraming framing = OfFields(head);
        bool refused = head.Method is Method.Trace or Method.Connect
            && (framing.Kind == BodyKind.Chunked || head.Has(KnownField.ContentLength));
        return refused ? Reject(Rejection.BodyNotAllowed) : framing;
    }

    /// <summary>
    /// The framing of a response. What two readers could read differently is rejected as in a request, also where a body cannot follow: in an
    /// answer to HEAD, in 304. Behind 1xx, 204 and an accepted CONNECT nothing may even say that one follows (R-HTTP-12, RFC 9112 6.1).
    /// </summary>
    /// <param name="head">A parsed head, interim ones too.</param>
    /// <param name="requestMethod">The method that is answered; a tunnel follows where CONNECT is answered with 2xx.</param>
    public static BodyFraming OfResponse(ResponseHead head, Method requestMethod)
    {
        ArgumentNullException.ThrowIfNull(head);
        BodyFraming framing = OfFields(head);
        if (framing.Kind == BodyKind.Rejected)
        {
            return framing;
        }

        if (head.Status is < 200 or 204 || (requestMethod == Method.Connect && head.Status < 300))
        {
            return framing.Kind == BodyKind.None ? framing : Reject(Rejection.BodyNotAllowed);
        }

        bool hasNone = requestMethod == Method.Head || head.Status == 304;
        bool isOpen = framing.Kind == BodyKind.None && !head.Has(KnownField.ContentLength);
        return hasNone ? default : isOpen ? new BodyFraming(BodyKind.UntilClose, 0, Rejection.None) : framing;
    }

    private static BodyFraming OfFields(MessageHead head) => head.Has(KnownField.TransferEncoding) ? OfCoding(head)
        : head.Has(KnownField.ContentLength) ? OfLength(head)
        : default;

    private static BodyFraming OfLength(MessageHead head)
    {
        if (head.IsRepeated(KnownField.ContentLength))
        {
            return Reject(Rejection.ContentLengthRepeated);
        }

        if (!TryParseLength(head.Value(KnownField.ContentLength), out long length))
        {
            return Reject(Rejection.ContentLength);
        }

        return length == 0 ? default : new BodyFraming(BodyKind.Length, length, Rejection.None);
    }

    private static BodyFraming OfCoding(MessageHead head)
    {
        if (head.Has(KnownField.ContentLength))
        {
            return Reject(Rejection.LengthAndCoding);
        }

        if (head.Version == HttpVersion.Http10 || head.IsRepeated(KnownField.TransferEncoding))
        {
            return Reject(Rejection.TransferCoding);
        }

        ReadOnlySpan<byte> coding = head.Value(KnownField.TransferEncoding);
        if (Ascii.EqualsIgnoreCase(coding, "chunked"u8))
        {
            return new BodyFraming(BodyKind.Chunked, 0, Rejection.None);
        }

        // A single coding that is well formed and not known is refused as such (RFC 9112 6.1); lists are not worth a distinction.
        bool understood = coding.Length > 0 && !coding.ContainsAnyExcept(Characters.Token);
        return Reject(understood ? Rejection.TransferCodingUnknown : Rejection.TransferCoding);
    }

    private static bool TryParseLength(ReadOnlySpan<byte> digits, out long length)
    {
        length = 0;
        foreach (byte digit in digits)
        {
            int value = digit - '0';
            if (value is < 0 or > 9 || length > (long.MaxValue - value) / 10)
            {
                return false;
            }

            length = (length * 10) + value;
        }

        return digits.Length > 0;
    }

    private static BodyFraming Reject(Rejection rejection) => new(BodyKind.Rejected, 0, rejection);
}
