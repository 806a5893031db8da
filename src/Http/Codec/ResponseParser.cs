using System;
using System.Buffers.Binary;

namespace Sluice.Http.Codec;

/// <summary>
/// Reads a response's head (RFC 9112 4, 5) as <see cref="RequestParser"/> reads a request's: strictly, in one pass, with the same result however the
/// bytes arrive. A status line without a reason is a good one, also if the blank before it is missing (over R-HTTP-04).
/// </summary>
public static class ResponseParser
{
    private const int VersionBytes = 8;
    private const int CodeStart = VersionBytes + 1;
    private const int CodeEnd = CodeStart + 3;

    /// <summary>
    /// Parses on with all bytes of the message that there are, from its first byte. After <see cref="ParseStatus.NeedMore"/> call it
    /// again with the same bytes and more; after the other two <see cref="ResponseHead.Clear"/> comes first.
    /// </summary>
    /// <param name="input">The bytes from the first of the head on, without those that it gathered; what follows the head is not looked at.</param>
    /// <param name="head">Filled as far as parsing came, also where it is rejected (for the log).</param>
    /// <param name="limits">The limits, the same at each call.</param>
    public static ParseStatus Parse(ReadOnlySpan<byte> input, ResponseHead head, HeadLimits limits)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(limits);
        input = head.Whole(input);
        ParseStatus status = head.Stage == HeadStage.FirstLine ? StatusLine(input, head, limits) : ParseStatus.Complete;
        if (status == ParseStatus.Complete)
        {
            status = FieldParser.Parse(input, head, limits);
        }

        if (status != ParseStatus.NeedMore)
        {
            head.Length = status == ParseStatus.Complete ? head.Position : 0;
            head.Keep(input[..head.Position]);
        }

        return status;
    }

    private static ParseStatus StatusLine(ReadOnlySpan<byte> input, ResponseHead head, HeadLimits limits)
    {
        Rejection wrong = Beginning(input);
        if (wrong != Rejection.None)
        {
            return FieldParser.Reject(head, wrong);
        }

        if (input.Length <= CodeEnd)
        {
            return ParseStatus.NeedMore;
        }

        int length = CodeEnd;
        if (input[CodeEnd] == ' ')
        {
            int reason = input[CodeEnd..].IndexOfAny(Characters.Control);
            length = reason < 0 ? input.Length : CodeEnd + reason;
        }

        if (length > limits.LineBytes)
        {
            return FieldParser.Reject(head, Rejection.FieldsTooLong);
        }

        if (length == input.Length)
        {
            return ParseStatus.NeedMore;
        }

        ParseStatus status = FieldParser.EndOfLine(input, length, head, limits, Rejection.Status, out int next);
        if (status == ParseStatus.Complete)
        {
            Take(input, length, head);
            head.Position = next;
        }

        return status;
    }

    private static void Take(ReadOnlySpan<byte> input, int length, ResponseHead head)
    {
        head.VersionRange = new ByteRange(0, VersionBytes);
        head.Version = input[VersionBytes - 1] == '0' ? HttpVersion.Http10 : HttpVersion.Http11;
        head.Status = (100 * (input[CodeStart] - '0')) + (10 * (input[CodeStart + 1] - '0')) + (input[CodeStart + 2] - '0');
        int reason = int.Min(CodeEnd + 1, length);
        head.ReasonRange = new ByteRange(reason, length - reason);
        head.LineBytes = length;
        head.Stage = HeadStage.Fields;
    }

    // Version and code as far as they are there.
    private static Rejection Beginning(ReadOnlySpan<byte> input)
    {
        const ulong Http11 = 0x312E312F50545448; // "HTTP/1.1", little-endian
        ReadOnlySpan<byte> version = "HTTP/1."u8;
        bool isUsual = input.Length >= VersionBytes && BinaryPrimitives.ReadUInt64LittleEndian(input) == Http11;
        if (!isUsual)
        {
            int there = int.Min(input.Length, version.Length);
            if (!input[..there].SequenceEqual(version[..there]) || (input.Length >= VersionBytes && !char.IsAsciiDigit((char)input[VersionBytes - 1])))
            {
                return Rejection.Version;
            }
        }

        for (int at = VersionBytes; at < int.Min(input.Length, CodeEnd); at++)
        {
            bool isGood = at switch
            {
                VersionBytes => input[at] == ' ',
                CodeStart => input[at] is >= (byte)'1' and <= (byte)'5',
                _ => char.IsAsciiDigit((char)input[at]),
            };
            if (!isGood)
            {
                return Rejection.Status;
            }
        }

        return Rejection.None;
    }
}
