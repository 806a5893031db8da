using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Http.Text;

namespace Sluice.Fuzz.Targets;

/// <summary>Encodes a text for a place in a line of the log.</summary>
internal delegate string LogWriter(ReadOnlySpan<byte> text, LogPlace place);

/// <summary>
/// What a client sent, in the log: nothing ends the line, the quotes or the field, and a decoder after vis(3), written apart,
/// gives back every byte.
/// </summary>
internal sealed class LogEncoderTarget : FuzzTarget
{
    private const string Special = "\"\\ \n\r\t\a\b\v\f\0\u007f\u0080\u00a0\u00a2\u00dc\u00ff0123^-Mns";

    private readonly LogWriter _write;

    public LogEncoderTarget()
        : this(Encode)
    {
    }

    private LogEncoderTarget(LogWriter write)
    {
        _write = write;
    }

    public override string Name => "log-encoder";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("leaves a quote", new LogEncoderTarget((text, place) => Encode(text, place).Replace("\\\"", "\"", StringComparison.Ordinal))),
        new("leaves a backslash", new LogEncoderTarget((text, place) => Encode(text, place).Replace("\\\\", "\\", StringComparison.Ordinal))),
        new("leaves a newline", new LogEncoderTarget((text, place) => Encode(text, place).Replace("\\n", "\n", StringComparison.Ordinal))),
        new("writes NUL short before a digit", new LogEncoderTarget((text, place) => Encode(text, place).Replace("\\000", "\\0", StringComparison.Ordinal))),
    ];

    public override byte[] Generate(Random random)
    {
        byte[] text = new byte[random.Next(24)];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = random.Next(4) == 0 ? (byte)random.Next(256) : (byte)Special[random.Next(Special.Length)];
        }

        return text;
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        foreach (LogPlace place in Enum.GetValues<LogPlace>())
        {
            string line = _write(input, place);
            if (Forged(line, place) is { } what)
            {
                return $"{place}: {what} in {line}";
            }

            if (Decode(line) is not { } back || !input.SequenceEqual(back))
            {
                return $"{place}: {line} is not what was encoded";
            }
        }

        return null;
    }

    private static string Encode(ReadOnlySpan<byte> text, LogPlace place)
    {
        byte[] line = new byte[text.Length * LogEncoding.MostBytesPerByte];
        return Encoding.Latin1.GetString(line, 0, LogEncoding.Encode(text, line, place));
    }

    private static string? Forged(string line, LogPlace place)
    {
        for (int i = 0; i < line.Length; i++)
        {
            char letter = line[i];
            if (letter is < ' ' or > '~')
            {
                return "a byte that is not printable";
            }

            if ((letter == ' ' && place == LogPlace.Field) || (letter == '"' && place != LogPlace.Line))
            {
                return $"a bare '{letter}'";
            }

            // What follows a backslash belongs to it.
            i += letter == '\\' ? 1 : 0;
        }

        return null;
    }

    /// <summary>unvis(3), as far as it is needed; null for what is no encoding.</summary>
    private static byte[]? Decode(string line)
    {
        List<byte> bytes = [];
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] != '\\')
            {
                bytes.Add((byte)line[i]);
                continue;
            }

            string rest = line[(i + 1)..];
            (int value, int length) = rest switch
            {
                [>= '0' and <= '3', >= '0' and <= '7', >= '0' and <= '7', ..] => (((rest[0] - '0') << 6) | ((rest[1] - '0') << 3) | (rest[2] - '0'), 3),
                ['0', ..] => (0, 1),
                ['M', '^', _, ..] => (0x80 | (rest[2] ^ 0x40), 3),
                ['M', '-', _, ..] => (0x80 | rest[2], 3),
                ['^', _, ..] => (rest[1] ^ 0x40, 2),
                [_, ..] when "nrtabvfs\"\\".IndexOf(rest[0], StringComparison.Ordinal) is >= 0 and int letter => ("\n\r\t\a\b\v\f \"\\"[letter], 1),
                _ => (-1, 0),
            };
            if (value < 0)
            {
                return null;
            }

            bytes.Add((byte)value);
            i += length;
        }

        return [.. bytes];
    }
}
