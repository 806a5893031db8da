using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Httpd.Passwords;

namespace Sluice.Fuzz.Targets;

/// <summary>The lines of a password file. The oracle splits the text; each line that has a colon must come, with all of its bytes and its number.</summary>
internal class PasswordLinesTarget : FuzzTarget
{
    public override string Name => "password-lines";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("trims a carriage return", new Trims()),
        new("splits at the last colon", new SplitsLast()),
    ];

    public override byte[] Generate(Random random) =>
        Encoding.Latin1.GetBytes(random.GetItems("ab:$2\n\r \0\u00ff#".AsSpan(), random.Next(40)));

    public override string? Check(ReadOnlySpan<byte> input)
    {
        List<string> read = Read(input);
        List<string> expected =
        [
            .. Encoding.Latin1.GetString(input).Split('\n').Index()
                .Where(line => line.Item.Contains(':', StringComparison.Ordinal))
                .Select(line => $"{line.Index + 1}|{line.Item.Split(':', 2)[0]}|{line.Item.Split(':', 2)[1]}"),
        ];
        return read.SequenceEqual(expected, StringComparer.Ordinal) ? null : $"read {string.Join(" / ", read)}, not {string.Join(" / ", expected)}";
    }

    protected virtual List<string> Read(ReadOnlySpan<byte> input)
    {
        List<string> read = [];
        PasswordLines lines = new(input);
        while (lines.TryNext())
        {
            read.Add($"{lines.Number}|{Encoding.Latin1.GetString(lines.User)}|{Encoding.Latin1.GetString(lines.Hash)}");
        }

        return read;
    }

    private sealed class Trims : PasswordLinesTarget
    {
        protected override List<string> Read(ReadOnlySpan<byte> input) => [.. base.Read(input).Select(line => line.TrimEnd('\r'))];
    }

    private sealed class SplitsLast : PasswordLinesTarget
    {
        protected override List<string> Read(ReadOnlySpan<byte> input) => [.. base.Read(input).Select(line =>
        {
            string[] parts = line.Split('|', 3);
            string whole = parts[1] + ":" + parts[2];
            int colon = whole.LastIndexOf(':');
            return $"{parts[0]}|{whole[..colon]}|{whole[(colon + 1)..]}";
        })];
    }
}
