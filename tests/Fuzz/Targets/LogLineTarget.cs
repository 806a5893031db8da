using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

using Sluice.Http.Logging;

namespace Sluice.Fuzz.Targets;

/// <summary>Writes the line of a request in a style.</summary>
internal delegate byte[] LineMaker(LogStyle style, byte[][] fields);

/// <summary>Lines of the access log: a parser that knows nothing of the writer takes each apart, and must find what was put in.</summary>
internal sealed partial class LogLineTarget : FuzzTarget
{
    // User, method, path, query, version, referer, user agent, forwarded for, forwarded port.
    private const int Fields = 9;

    private static readonly LogStyle[] _styles = [LogStyle.Common, LogStyle.Combined, LogStyle.Forwarded, LogStyle.Json];
    private static readonly string[] _members = ["user", "method", "path", "query", "version", "referer", "user_agent", "forwarded_for", "forwarded_port"];

    private readonly LineMaker _make;

    public LogLineTarget()
        : this(Make)
    {
    }

    private LogLineTarget(LineMaker make)
    {
        _make = make;
    }

    public override string Name => "log-line";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("leaves a quote in the user agent as it is", new LogLineTarget(static (style, fields) =>
            Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Make(style, fields)).Replace("\\\"", "\"", StringComparison.Ordinal)))),
        new("leaves line feeds as they are", new LogLineTarget(static (style, fields) =>
            Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Make(style, fields)).Replace("\\n", "\n", StringComparison.Ordinal)))),
        new("writes a blank in a field", new LogLineTarget(static (style, fields) =>
            Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Make(style, fields)).Replace("\\s", " ", StringComparison.Ordinal)))),
    ];

    /// <summary>Nine fields, each a length and bytes.</summary>
    public override byte[] Generate(Random random)
    {
        byte[] some = [.. "\"\\ \n\r\t\0%[]?-"u8, 0x80, 0xa0, 0xdc, 0xff, 0x7f, (byte)'a', (byte)'7', (byte)'s', (byte)'n'];
        return [.. Enumerable.Range(0, Fields).SelectMany(_ =>
        {
            byte[] field = new byte[random.Next(8)];
            random.NextBytes(field);
            byte[] mixed = [.. field.Select(value => random.Next(3) == 0 ? value : some[value % some.Length])];
            return (byte[])[(byte)mixed.Length, .. mixed];
        })];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        byte[][] fields = new byte[Fields][];
        for (int field = 0; field < Fields; field++)
        {
            int length = input.IsEmpty ? 0 : int.Min(input[0] % 8, input.Length - 1);
            fields[field] = input.IsEmpty ? [] : input.Slice(1, length).ToArray();
            input = input.IsEmpty ? default : input[(1 + length)..];
        }

        return _styles.Select(style => Compare(style, fields, _make(style, fields))).FirstOrDefault(static fault => fault is not null);
    }

    private static string? Compare(LogStyle style, byte[][] fields, byte[] bytes)
    {
        string line = Encoding.Latin1.GetString(bytes);
        if (line.IndexOf('\n', StringComparison.Ordinal) != line.Length - 1 || line[..^1].AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return $"{style}: not one line of visible characters: {line}";
        }

        string?[]? found = style == LogStyle.Json ? TakeObject(line) : TakeLine(style, line);
        if (found is null)
        {
            return $"{style}: not in its form: {line}";
        }

        for (int field = 0; field < Fields; field++)
        {
            string expected = Encoding.Latin1.GetString(fields[field]);
            if (found[field] is { } text && text != expected)
            {
                return $"{style}: {_members[field]} is {text} and was {expected} in {line}";
            }
        }

        return null;
    }

    private static string?[]? TakeLine(LogStyle style, string line)
    {
        Match match = (style switch
        {
            LogStyle.Common => CommonLine(),
            LogStyle.Combined => CombinedLine(),
            _ => ForwardedLine(),
        }).Match(line);
        if (!match.Success)
        {
            return null;
        }

        string?[] found = new string?[Fields];
        found[0] = Field(match, "user");
        found[5] = match.Groups["referer"] is { Success: true } referer ? Uri(referer.Value) : null;
        found[6] = match.Groups["agent"] is { Success: true } agent ? Vis(agent.Value) : null;
        found[7] = Field(match, "for");
        found[8] = Field(match, "port");
        return found;
    }

    // A hyphen may stand for nothing.
    private static string? Field(Match match, string name) =>
        match.Groups[name] is { Success: true, Value: not "-" } group ? Vis(group.Value) : null;

    private static string?[]? TakeObject(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            string?[] found = [.. _members.Select(name => document.RootElement.TryGetProperty(name, out JsonElement value) ? value.GetString() : null)];
            found[2] = Uri(found[2]!);
            return document.RootElement.GetProperty("status").GetInt32() == 200 ? found : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Uri(string text) =>
        Escape().Replace(text, static match => ((char)Convert.ToInt32(match.Groups["hex"].Value, 16)).ToString());

    /// <summary>Turns vis(3) back.</summary>
    private static string Vis(string text) => VisEscape().Replace(text, static match =>
    {
        string code = match.Value[1..];
        int simple = "ntrabvf0s\"\\".IndexOf(code[0], StringComparison.Ordinal);
        if (code.Length == 3 && char.IsAsciiDigit(code[0]))
        {
            return ((char)Convert.ToInt32(code, 8)).ToString();
        }

        if (simple >= 0)
        {
            return "\n\t\r\a\b\v\f\0 \"\\"[simple].ToString();
        }

        int high = code[0] == 'M' ? 0x80 : 0;
        string rest = high == 0 ? code : code[1..];
        return ((char)(high | (rest[0] == '^' ? rest[1] ^ 0x40 : rest[1]))).ToString();
    });

    private static byte[] Make(LogStyle style, byte[][] fields)
    {
        AccessEntry entry = new()
        {
            Host = "host"u8,
            Client = "192.0.2.7"u8,
            Time = "now"u8,
            User = fields[0],
            Method = fields[1],
            Path = fields[2],
            HasQuery = true,
            Query = fields[3],
            Version = fields[4],
            Status = 200,
            Bytes = 5,
            Referer = fields[5],
            UserAgent = fields[6],
            ForwardedFor = fields[7],
            ForwardedPort = fields[8],
        };
        byte[] line = new byte[AccessLine.Bound(style, entry)];
        return line[..AccessLine.Write(style, entry, line)];
    }

    [GeneratedRegex("""\\([0-3][0-7][0-7]|M?[-^].|M[-^].|.)""", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex VisEscape();

    [GeneratedRegex("%(?<hex>[0-9A-F]{2})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Escape();

    [GeneratedRegex("""^host 192\.0\.2\.7 - (?<user>[^ ]+) \[now\] "([^"\\]|\\.)*" 200 5\n\z""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CommonLine();

    [GeneratedRegex("""^host 192\.0\.2\.7 - (?<user>[^ ]+) \[now\] "([^"\\]|\\.)*" 200 5 "(?<referer>[^"\\]*)" "(?<agent>([^"\\]|\\.)*)"\n\z""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CombinedLine();

    [GeneratedRegex("""^host 192\.0\.2\.7 - (?<user>[^ ]+) \[now\] "([^"\\]|\\.)*" 200 5 "(?<referer>[^"\\]*)" "(?<agent>([^"\\]|\\.)*)" (?<for>[^ ]+) (?<port>[^ ]+)\n\z""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ForwardedLine();
}
