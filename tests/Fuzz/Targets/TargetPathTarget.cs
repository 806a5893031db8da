using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Http.Text;

namespace Sluice.Fuzz.Targets;

/// <summary>Makes the path that is opened out of one that was sent; null where it is refused.</summary>
internal delegate string? PathResolver(ReadOnlySpan<byte> path);

/// <summary>The path of a target, decoded and made canonical, against a reference that works on a list of names.</summary>
internal sealed class TargetPathTarget : FuzzTarget
{
    private static readonly string[] _pieces =
        ["/", "//", "/.", "/..", "/...", "/a", "/b.txt", "/%2e", "/%2E%2e", "%2f", "%2F..", "/%252e%252e", "/%00", "%", "%4", "%zz", ".", "..", "a", "%ff", "\\", "/."];

    private readonly PathResolver _resolve;

    public TargetPathTarget()
        : this(Resolve)
    {
    }

    private TargetPathTarget(PathResolver resolve)
    {
        _resolve = resolve;
    }

    public override string Name => "target";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("decodes twice", new TargetPathTarget(path => Resolve(path) is { } once ? Resolve(Encoding.Latin1.GetBytes(once)) : null)),
        new("resolves before it decodes", new TargetPathTarget(path => Resolve(Encoding.Latin1.GetBytes(
            Encoding.Latin1.GetString(path).Replace("%2e", "%252e", StringComparison.OrdinalIgnoreCase))))),
        new("takes three dots for two", new TargetPathTarget(path => Resolve(Encoding.Latin1.GetBytes(
            Encoding.Latin1.GetString(path).Replace("...", "..", StringComparison.Ordinal))))),
    ];

    public override byte[] Generate(Random random)
    {
        StringBuilder path = new("/");
        for (int count = random.Next(1, 10); count > 0; count--)
        {
            path.Append(random.Next(50) == 0 ? new string('x', random.Next(900, 1100)) : _pieces[random.Next(_pieces.Length)]);
        }

        return Encoding.Latin1.GetBytes(path.ToString());
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string? expected = Reference(Encoding.Latin1.GetString(input));
        string? got = _resolve(input);
        return string.Equals(got, expected, StringComparison.Ordinal) ? null : $"it is {expected ?? "refused"}, and comes as {got ?? "refused"}";
    }

    private static string? Resolve(ReadOnlySpan<byte> path)
    {
        byte[] buffer = path.ToArray();
        return PercentEncoding.Decode(buffer, buffer, out int decoded) == DecodeStatus.Done
            && CanonicalPath.TryResolve(buffer.AsSpan(0, decoded), buffer, out int length)
                ? Encoding.Latin1.GetString(buffer, 0, length)
                : null;
    }

    private static string? Reference(string path)
    {
        string? decoded = Decoded(path);
        if (decoded is null)
        {
            return null;
        }

        List<string> names = [];
        foreach (string name in decoded.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (name)
            {
                case ".":
                    break;
                case "..":
                    names.RemoveRange(int.Max(0, names.Count - 1), int.Min(1, names.Count));
                    break;
                default:
                    names.Add(name);
                    break;
            }
        }

        string end = decoded.EndsWith('/') && names.Count > 0 ? "/" : "";
        string result = "/" + string.Join('/', names) + end;
        return result.Length <= CanonicalPath.Longest ? result : null;
    }

    private static string? Decoded(string path)
    {
        StringBuilder text = new();
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] != '%')
            {
                text.Append(path[i]);
                continue;
            }

            if (i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]) || path.AsSpan(i + 1, 2) is "00")
            {
                return null;
            }

            text.Append((char)Convert.ToByte(path.Substring(i + 1, 2), 16));
            i += 2;
        }

        return text.ToString();
    }
}
