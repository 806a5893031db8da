using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Relayd.Rules;

namespace Sluice.Fuzz.Targets;

/// <summary>What rules see in a Cookie field and in a query: names and values. The oracle splits strings.</summary>
internal sealed class CookiesAndQueriesTarget : FuzzTarget
{
    private static readonly string[] _pieces = [";", "; ", ";  ", "&", "=", "==", "a", "B", "sid", "\"", "\"x\"", "$", "$Version=1", " ", "%26", "?", "a=1", "b=\"2\"", "\u00ff"];

    private readonly Func<string, string> _read;

    public CookiesAndQueriesTarget()
        : this(Read)
    {
    }

    private CookiesAndQueriesTarget(Func<string, string> read)
    {
        _read = read;
    }

    public override string Name => "cookies-and-queries";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("takes all blanks before a name", new CookiesAndQueriesTarget(text => Read(text.Replace(";  ", "; ", StringComparison.Ordinal)))),
        new("takes $Version for a cookie", new CookiesAndQueriesTarget(text => Read(text.Replace('$', 'S')))),
        new("keeps quotes", new CookiesAndQueriesTarget(text => Read(text.Replace('"', '\'')))),
        new("ends a value with the second equals sign", new CookiesAndQueriesTarget(text => Read(text.Replace("==", "=", StringComparison.Ordinal)))),
        new("decodes", new CookiesAndQueriesTarget(text => Read(text.Replace("%26", "&", StringComparison.Ordinal)))),
    ];

    public override byte[] Generate(Random random) =>
        Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => _pieces[random.Next(_pieces.Length)])));

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string text = Encoding.Latin1.GetString(input);
        string expected = string.Concat(Cookies(text).Concat(Variables(text)).Select(pair => $"{pair.Name}={pair.Value}\n"));
        string found = _read(text);
        return string.Equals(found, expected, StringComparison.Ordinal) ? null : $"'{text}' is {found} and should be {expected}";
    }

    private static IEnumerable<(string Name, string Value)> Cookies(string field) => field.Split(';')
        .Select(part => part.StartsWith(' ') ? part[1..] : part)
        .Where(part => part.Contains('=', StringComparison.Ordinal) && !part.StartsWith('$'))
        .Select(part => part.Split('=', 2))
        .Select(halves => (halves[0], halves[1].StartsWith('"') ? halves[1][1..] : halves[1]))
        .Select(pair => (pair.Item1, pair.Item2.EndsWith('"') ? pair.Item2[..^1] : pair.Item2));

    private static IEnumerable<(string Name, string Value)> Variables(string query) => query.Split('&')
        .Where(part => part.Contains('=', StringComparison.Ordinal))
        .Select(part => part.Split('=', 2))
        .Select(halves => (halves[0], halves[1]));

    private static string Read(string text)
    {
        StringBuilder found = new();
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        CookiePairs cookies = new(bytes);
        while (cookies.MoveNext())
        {
            Append(found, cookies.Name, cookies.Value);
        }

        QueryVariables variables = new(bytes);
        while (variables.MoveNext())
        {
            Append(found, variables.Name, variables.Value);
        }

        return found.ToString();
    }

    private static void Append(StringBuilder found, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        _ = found.Append(Encoding.Latin1.GetString(name)).Append('=').Append(Encoding.Latin1.GetString(value)).Append('\n');
}
