using System;
using System.Buffers.Binary;

namespace Sluice.Http.Codec;

/// <summary>
/// Reads a request's head (RFC 9112 2, 3, 5), strictly, in one pass: each byte is looked at once, by vector searches, and the first
/// byte that no acceptable head can have at its place decides. So the result is the same however the bytes arrive, and a head
/// that is wrong is known to be wrong before it is whole. What was parsed is not parsed again when more arrives.
/// </summary>
public static class RequestParser
{
    private const int LongestMethod = 64;
    private const int VersionBytes = 8;
    private const int VersionLineEnd = 10; // the version and its CRLF

    /// <summary>
    /// Parses on with all bytes of the message that there are, from its first byte. After <see cref="ParseStatus.NeedMore"/> call it
    /// again with the same bytes and more; after the other two <see cref="RequestHead.Clear"/> comes first.
    /// </summary>
    /// <param name="input">The bytes from the first of the head on, without those that it gathered; what follows the head is not looked at.</param>
    /// <param name="head">Filled as far as parsing came, also where it is rejected (for the log).</param>
    /// <param name="limits">The limits, the same at each call.</param>
    public static ParseStatus Parse(ReadOnlySpan<byte> input, RequestHead head, HeadLimits limits)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(limits);
        input = head.Whole(input);
        ParseStatus status = ParseStatus.Complete;
        if (head.Stage == HeadStage.FirstLine)
        {
            status = RequestLine(input, head, limits);
        }

        if (status == ParseStatus.Complete)
        {
            status = FieldParser.Parse(input, head, limits);
        }

        switch (status)
        {
            case ParseStatus.Complete:
                head.Length = head.Position;
                Rejection wrong = RequestTarget.Resolve(input, head, limits);
                head.Keep(input[..head.Length]);
                return wrong == Rejection.None ? ParseStatus.Complete : FieldParser.Reject(head, wrong);
            case ParseStatus.Rejected:
                // A target that is too long is not kept, the method before it is.
                int read = int.Max(head.MethodRange.End, int.Max(head.Position, head.TargetRange.End));
                head.Keep(input[..int.Min(input.Length, read)]);
                return status;
            default:
                return status;
        }
    }

    private static ParseStatus RequestLine(ReadOnlySpan<byte> input, RequestHead head, HeadLimits limits)
    {
        if (input.IsEmpty)
        {
            return ParseStatus.NeedMore;
        }

        if (!char.IsAsciiLetter((char)input[0]))
        {
            return FieldParser.Reject(head, Rejection.FirstByte);
        }

        int methodEnd = input.StartsWith("GET "u8) ? "GET".Length : input.IndexOfAnyExcept(Characters.Token);
        if (methodEnd > LongestMethod || (methodEnd < 0 && input.Length > LongestMethod))
        {
            return FieldParser.Reject(head, Rejection.MethodTooLong);
        }

        if (methodEnd < 0)
        {
            return ParseStatus.NeedMore;
        }

        if (input[methodEnd] != ' ')
        {
            return FieldParser.Reject(head, input[methodEnd] == '\n' && limits.LineEnd == LineEnd.CrLf ? Rejection.BareLineFeed : Rejection.Method);
        }

        head.MethodRange = new ByteRange(0, methodEnd);
        int target = methodEnd + 1;
        int targetLength = input[target..].IndexOfAnyExcept(Characters.Target);
        int targetEnd = targetLength < 0 ? input.Length : target + targetLength;
        if (targetEnd > limits.LineBytes)
        {
            return FieldParser.Reject(head, Rejection.TargetTooLong);
        }

        if (targetLength < 0)
        {
            return ParseStatus.NeedMore;
        }

        head.TargetRange = new ByteRange(target, targetLength);
        return targetLength == 0 || input[targetEnd] != ' '
            ? FieldParser.Reject(head, TargetMistake(targetLength, input[targetEnd]))
            : RequestLineEnd(input, head, limits, targetEnd + 1);
    }

    // A line that ends behind the target has no version: that is HTTP/0.9.
    private static Rejection TargetMistake(int length, byte stop) =>
        length > 0 && stop is (byte)'\r' or (byte)'\n' ? Rejection.Version : Rejection.Target;

    private static ParseStatus RequestLineEnd(ReadOnlySpan<byte> input, RequestHead head, HeadLimits limits, int start)
    {
        if (start + VersionBytes > limits.LineBytes)
        {
            return FieldParser.Reject(head, Rejection.TargetTooLong);
        }

        ReadOnlySpan<byte> rest = input[start..];
        if (rest.Length < VersionLineEnd && !rest.Contains((byte)'\n'))
        {
            return ParseStatus.NeedMore;
        }

        if (rest.Length < VersionBytes + 1 || !IsVersion(rest))
        {
            return FieldParser.Reject(head, Rejection.Version);
        }

        int end = LineEndAt(rest, VersionBytes, limits, out Rejection wrong);
        if (wrong != Rejection.None)
        {
            return FieldParser.Reject(head, wrong);
        }

        // 0.9 has no fields and no status line: nobody who writes a version means it (probes: always refused).
        byte major = rest[5];
        byte minor = rest[7];
        if (major != '1')
        {
            return FieldParser.Reject(head, major == '0' ? Rejection.Version : Rejection.VersionNotSupported);
        }

        head.VersionRange = new ByteRange(start, VersionBytes);
        head.Version = minor == '0' ? HttpVersion.Http10 : HttpVersion.Http11;
        head.Method = Methods.Of(input[..head.MethodRange.Length]);
        head.LineBytes = start + VersionBytes;
        head.Position = start + end;
        head.Stage = HeadStage.Fields;
        return ParseStatus.Complete;
    }

    private static bool IsVersion(ReadOnlySpan<byte> text)
    {
        const ulong Http11 = 0x312E312F50545448; // "HTTP/1.1", little-endian
        return BinaryPrimitives.ReadUInt64LittleEndian(text) == Http11
            || (text.StartsWith("HTTP/"u8) && char.IsAsciiDigit((char)text[5]) && text[6] == '.' && char.IsAsciiDigit((char)text[7]));
    }

    // Where the line goes on behind its end, which must be at this place.
    private static int LineEndAt(ReadOnlySpan<byte> text, int at, HeadLimits limits, out Rejection wrong)
    {
        wrong = Rejection.None;
        switch (text[at])
        {
            case (byte)'\r' when at + 1 < text.Length && text[at + 1] == '\n':
                return at + 2;
            case (byte)'\n' when limits.LineEnd == LineEnd.CrLfOrLf:
                return at + 1;
            case (byte)'\n':
                wrong = Rejection.BareLineFeed;
                return at;
            default:
                wrong = Rejection.Version;
                return at;
        }
    }
}
