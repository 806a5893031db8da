using System;

namespace Sluice.Http.Codec;

/// <summary>
/// Reads the field lines of a head (RFC 9112 5), a request's as a response's, strictly and on from where it came to the last time: no
/// folded lines, names that are tokens, values without control bytes.
/// </summary>
internal static class FieldParser
{
    /// <summary>Parses on up to the empty line; as <see cref="RequestParser.Parse"/>, which looks at the first line before.</summary>
    public static ParseStatus Parse(ReadOnlySpan<byte> input, MessageHead head, HeadLimits limits)
    {
        ParseStatus status = ParseStatus.Complete;
        while (status == ParseStatus.Complete && head.Stage == HeadStage.Fields)
        {
            status = Field(input, head, limits);
        }

        return status;
    }

    /// <summary>What is acceptable no more, whatever follows.</summary>
    public static ParseStatus Reject(MessageHead head, Rejection rejection)
    {
        head.Stage = HeadStage.Rejected;
        head.Rejection = rejection;
        return ParseStatus.Rejected;
    }

    /// <summary>Reads the end of a line.</summary>
    /// <param name="line">From its first byte.</param>
    /// <param name="at">Where a control byte is.</param>
    /// <param name="head">Is rejected where that does not end the line.</param>
    /// <param name="limits">Say what ends a line.</param>
    /// <param name="otherwise">What it is where it is neither CR nor LF.</param>
    /// <param name="next">Where the next line begins.</param>
    public static ParseStatus EndOfLine(ReadOnlySpan<byte> line, int at, MessageHead head, HeadLimits limits, Rejection otherwise, out int next)
    {
        next = at;
        switch (line[at])
        {
            case (byte)'\r' when at + 1 == line.Length:
                return ParseStatus.NeedMore;
            case (byte)'\r' when line[at + 1] == '\n':
                next = at + 2;
                return ParseStatus.Complete;
            case (byte)'\r':
                return Reject(head, Rejection.BareCarriageReturn);
            case (byte)'\n' when limits.LineEnd == LineEnd.CrLfOrLf:
                next = at + 1;
                return ParseStatus.Complete;
            case (byte)'\n':
                return Reject(head, Rejection.BareLineFeed);
            default:
                return Reject(head, otherwise);
        }
    }

    private static ParseStatus Field(ReadOnlySpan<byte> input, MessageHead head, HeadLimits limits)
    {
        int start = head.Position;
        ReadOnlySpan<byte> line = input[start..];
        int most = limits.LineBytes - head.LineBytes;
        int nameLength = line.IndexOfAnyExcept(Characters.Token);
        if (nameLength > most || (nameLength < 0 && line.Length > most))
        {
            return Reject(head, Rejection.FieldsTooLong);
        }

        if (nameLength < 0)
        {
            return ParseStatus.NeedMore;
        }

        if (nameLength == 0 || line[nameLength] != ':')
        {
            return nameLength == 0 && line[0] is (byte)'\r' or (byte)'\n'
                ? HeadEnd(line, head, limits)
                : Reject(head, FieldNameMistake(line, nameLength, limits));
        }

        if (head.FieldCount == limits.Fields)
        {
            return Reject(head, Rejection.TooManyFields);
        }

        int valueLength = line[(nameLength + 1)..].IndexOfAny(Characters.Control);
        if (valueLength >= 0 && line[nameLength + 1 + valueLength] == '\n')
        {
            valueLength = OpaqueLength(line, nameLength, valueLength, limits);
        }

        int lineLength = valueLength < 0 ? line.Length : nameLength + 1 + valueLength;
        if (lineLength > most)
        {
            return Reject(head, Rejection.FieldsTooLong);
        }

        if (valueLength < 0)
        {
            return ParseStatus.NeedMore;
        }

        ParseStatus status = EndOfLine(line, lineLength, head, limits, Rejection.FieldValue, out int next);
        if (status == ParseStatus.Complete)
        {
            Add(line, start, nameLength, lineLength, head);
            head.LineBytes += lineLength;
            head.Position = start + next;
        }

        return status;
    }

    // Where CRLF is asked for, LF alone ends no line. User-Agent steers nothing but the log, which encodes it (H-LOG-21), so there
    // it belongs to the value, and Persistence closes: who reads it as an end of line cannot be led on (RFC 9110 5.5).
    private static int OpaqueLength(ReadOnlySpan<byte> line, int nameLength, int valueLength, HeadLimits limits)
    {
        if (limits.LineEnd != LineEnd.CrLf || KnownFields.Of(line[..nameLength]) != KnownField.UserAgent)
        {
            return valueLength;
        }

        ReadOnlySpan<byte> value = line[(nameLength + 1)..];
        while (valueLength < value.Length && value[valueLength] == '\n')
        {
            int more = value[(valueLength + 1)..].IndexOfAny(Characters.Control);
            if (more < 0)
            {
                return more;
            }

            valueLength += 1 + more;
        }

        return valueLength;
    }

    private static void Add(ReadOnlySpan<byte> line, int start, int nameLength, int lineLength, MessageHead head)
    {
        int valueStart = nameLength + 1;
        while (valueStart < lineLength && line[valueStart] is (byte)' ' or (byte)'\t')
        {
            valueStart++;
        }

        int valueEnd = lineLength;
        while (valueEnd > valueStart && line[valueEnd - 1] is (byte)' ' or (byte)'\t')
        {
            valueEnd--;
        }

        head.Add(
            new ByteRange(start, nameLength),
            new ByteRange(start + valueStart, valueEnd - valueStart),
            KnownFields.Of(line[..nameLength]));
    }

    private static ParseStatus HeadEnd(ReadOnlySpan<byte> line, MessageHead head, HeadLimits limits)
    {
        ParseStatus status = EndOfLine(line, 0, head, limits, Rejection.FieldValue, out int next);
        if (status == ParseStatus.Complete)
        {
            head.Position += next;
            head.Stage = HeadStage.Complete;
        }

        return status;
    }

    private static Rejection FieldNameMistake(ReadOnlySpan<byte> line, int nameLength, HeadLimits limits) => line[nameLength] switch
    {
        (byte)' ' or (byte)'\t' when nameLength == 0 => Rejection.FoldedField,
        (byte)'\n' when limits.LineEnd == LineEnd.CrLf => Rejection.BareLineFeed,
        (byte)'\r' or (byte)'\n' => Rejection.FieldWithoutColon,
        _ => Rejection.FieldName,
    };
}
