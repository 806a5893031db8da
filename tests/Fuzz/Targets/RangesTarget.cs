using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Http.Codec;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// The field Range: a length on the first line, the field's value on the second. The oracle is RFC 9110 14.1.2 as a regular
/// expression and numbers without end.
/// </summary>
internal sealed partial class RangesTarget : FuzzTarget
{
    private static readonly string[] _pieces =
        ["-", "-", "-", ",", ",", " ", "\t", "0", "1", "9", "25", "26", "27", "007", "9223372036854775807", "9223372036854775808",
            "99999999999999999999", "+1", "0x1", "a", "=", ".", "\u00b2"];

    private readonly Func<string, long, string> _read;

    public RangesTarget()
        : this(Read)
    {
    }

    private RangesTarget(Func<string, long, string> read)
    {
        _read = read;
    }

    public override string Name => "ranges";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("loses the first byte of a suffix that is the whole file", new RangesTarget((value, length) =>
            Read(value, length).Replace($"0-{length - 1}", $"1-{length - 1}", StringComparison.Ordinal))),
        new("takes a fifth range", new RangesTarget((value, length) =>
            Read(string.Join(',', value.Split(',').Take(RangeField.MostParts)), length))),
        new("reads what comes before a mistake", new RangesTarget((value, length) =>
            Read(value, length) is "none" && value.Split(',') is { Length: > 1 } members ? Read(members[0], length) : Read(value, length))),
        new("turns a number that is too long into another", new RangesTarget((value, length) =>
            Read(value.Replace("9223372036854775808", "8", StringComparison.Ordinal), length))),
    ];

    public override byte[] Generate(Random random)
    {
        StringBuilder text = new();
        long[] lengths = [0, 1, 26, random.Next(), long.MaxValue];
        text.Append(lengths[random.Next(lengths.Length)]).Append('\n');
        text.Append(random.Next(8) switch { 0 => "Bytes=", 1 => "items=", _ => "bytes=" });
        for (int member = random.Next(7); member >= 0; member--)
        {
            text.Append(random.Next(6) == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{random.Next(30)}"));
            text.Append('-').Append(random.Next(3) == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{random.Next(40)}"));
            text.Append(member == 0 ? "" : random.Next(4) == 0 ? " , " : ",");
        }

        for (int changes = random.Next(3); changes > 0; changes--)
        {
            text.Insert(random.Next(text.ToString().IndexOf('\n', StringComparison.Ordinal) + 1, text.Length + 1), _pieces[random.Next(_pieces.Length)]);
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string[] lines = Encoding.Latin1.GetString(input).Split('\n', 2);
        if (lines.Length < 2 || !long.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out long length))
        {
            return null;
        }

        string right = Right(lines[1], length);
        string read = _read(lines[1], length);
        return read == right ? null : $"of {length} bytes, '{lines[1]}' is {right}, and was read as {read}";
    }

    private static string Read(string value, long length)
    {
        Span<FilePart> parts = stackalloc FilePart[RangeField.MostParts];
        RangeRequest request = RangeField.Read(Encoding.Latin1.GetBytes(value), length, parts, out int count);
        return request switch
        {
            RangeRequest.None => "none",
            RangeRequest.Unsatisfiable => "unsatisfiable",
            _ => string.Join(' ', parts[..count].ToArray().Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.First}-{part.Last}"))),
        };
    }

    private static string Right(string value, long length)
    {
        Match match = Whole().Match(value);
        if (!match.Success)
        {
            return "none";
        }

        List<string> parts = [];
        CaptureCollection members = match.Groups["member"].Captures;
        foreach (string member in members.Select(capture => capture.Value))
        {
            string[] ends = member.Split('-');
            BigInteger? first = ends[0].Length == 0 ? null : BigInteger.Parse(ends[0], CultureInfo.InvariantCulture);
            BigInteger? last = ends[1].Length == 0 ? null : BigInteger.Parse(ends[1], CultureInfo.InvariantCulture);
            if (first is null && last is null)
            {
                return "none";
            }

            BigInteger start = first ?? BigInteger.Max(0, length - last!.Value);
            BigInteger end = first is null ? length - 1 : BigInteger.Min(last ?? length, length - 1);
            // Beyond what any file has, numbers are not told apart.
            if (last < first && last < long.MaxValue)
            {
                return "none";
            }

            if (start < length && end >= start)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{start}-{end}"));
            }
        }

        return members.Count == 0 ? "none"
            : members.Count > RangeField.MostParts || parts.Count == 0 ? "unsatisfiable"
            : string.Join(' ', parts);
    }

    [GeneratedRegex(@"^[Bb][Yy][Tt][Ee][Ss]=(?:[ \t,]*|(?:[ \t]*,[ \t,]*)?(?<member>[0-9]*-[0-9]*)(?:[ \t]*,[ \t,]*(?<member>[0-9]*-[0-9]*))*[ \t]*(?:,[ \t,]*)?)\z", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Whole();
}
