using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.Unit.Relayd.Rules;

/// <summary>Rules and requests out of a small world, in which much is alike, so that much matches.</summary>
internal sealed class AnyRules(Random random)
{
    private static readonly string[] _names = ["X", "x-a", "X-B", "Cookie", "Host", "Y"];
    private static readonly string[] _values = ["1", "2", "a", "A", "ab", "b.c", "*", "a*", "*b", "*a*", "a*b", "?", "[ab]"];
    private static readonly string[] _pathGlobs = ["/a*", "*/b", "*a*", "/a/?", "*/", "/[aA]/*", "/A*", "*c*d*", "/1*", "/*[!x]"];
    private static readonly string[] _valueGlobs = ["a*", "*b", "*a*", "a*b", "*1", "b.?", "*.c", "A*", "[ab]b", "a?b", "[1", "\\a*"];
    private static readonly string[] _plain = ["1", "2", "a", "A", "ab", "b.c", "", "aab"];
    private static readonly string[] _paths = ["/", "/a", "/a/", "/a/b", "/A/b/c", "/a/b/c/d/e", "/1"];
    private static readonly string[] _hosts = ["a.example", "b.a.example", "A.Example.", "x.y.z.b.a.example", "1.2.3.4", "a", "a..example", "."];
    private static readonly string[] _urls = ["a.example/", "a.example/a/", "a.example/a/b", "b.a.example/a/b/?q=1", "1.2.3.4/a", "a/", "A.EXAMPLE/A", "*", "/a*", "/a"];

    public string Rules() => string.Join('\n', Enumerable.Range(0, random.Next(1, 25)).Select(_ => Chance(1, 6) ? Neighbours() : Rule()));

    public PlainMessage Request()
    {
        string? host = Chance(9, 10) ? Of(_hosts) : null;
        string query = string.Join('&', Enumerable.Range(0, random.Next(4)).Select(_ => Of("q", "r", "q=1", "r=a", "q=ab", "s=", "=1", "q=1=2")));
        List<(string, string)> fields = host is null ? [] : [("Host", host)];
        fields.AddRange(Enumerable.Range(0, random.Next(6)).Select(_ => (Of("X", "x", "X-A", "X-B", "Z"), Of(_plain))));
        for (int cookies = random.Next(3); cookies > 0; cookies--)
        {
            fields.Insert(random.Next(host is null ? 0 : 1, fields.Count + 1), ("Cookie", string.Join(Of(";", "; "), Enumerable.Range(0, random.Next(1, 4)).Select(_ => Of("c=1", "C=a", "d=\"ab\"", "d", "$c=1", "c=2", "e=", "=x")))));
        }

        return new PlainMessage(Of("GET", "POST"), host, Of(_paths), Chance(1, 3) ? null : query, fields);
    }

    // Rules that differ by a key only.
    private string Neighbours()
    {
        string options = string.Concat(Enumerable.Range(0, random.Next(2)).Select(_ => " " + Option()));
        (string part, string[] keys) = random.Next(6) switch
        {
            0 => ($"url {Action("", "log", "hash")}", _urls),
            1 => ($"path {Action("", "log", "remove")}", _paths),
            2 => ($"cookie {Action("", "log", "remove")}", ["c", "d", "C"]),
            3 => ($"path {Action("", "log", "remove", "append")}", _pathGlobs),
            4 => ($"header {Action("", "log", "remove")} \"X\" value", _valueGlobs),
            _ => ($"{Of("header", "query")} {Action("", "log")}", ["X", "q", "X-A", "r"]),
        };
        string head = $"{Of("pass", "block", "match")} {part}";
        return string.Join('\n', keys.OrderBy(_ => random.Next()).Select(key => $"{head} {Quoted(key)}{options}"));
    }

    private string Rule()
    {
        string head = $"{Of("pass", "block", "match", "match")}{(Chance(1, 8) ? " quick" : "")}";
        string options = string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => " " + Option()).DistinctBy(option => option.Split(' ', 3)[1], StringComparer.Ordinal));
        return head + options;
    }

    private string Option() => random.Next(10) switch
    {
        0 => $"header {Action("", "", "log", "remove", "set", "append", "hash")} {Quoted(Of(_names))}{Value(_values)}",
        1 => $"header {Action("", "log", "remove")} {Quoted(Of("X*", "*", "x-?", "[xy]*"))}{Value(_values)}",
        2 => $"header pattern {Quoted(Of("^X", "-", "x"))}{Value(_values)}",
        3 => $"query {Action("", "", "log", "hash")} {Quoted(Of("q", "r", "s", "", "*", "?", "q=1"))}{Value(_values)}",
        4 => $"path {Action("", "", "", "log", "set", "append", "remove")} {Quoted(Of([.. _paths, "*", "/a*", "*/b"]))}{(Chance(1, 2) ? " value " + Quoted(Of("/n", "/m/o")) : "")}",
        5 => $"url {Action("", "", "log", "hash")} {Quoted(Of(_urls))}",
        6 => $"cookie {Action("", "", "log", "remove", "set", "append", "hash")} {Quoted(Of("c", "C", "d", "e", "c*", ""))}{Value(_values)}",
        7 => $"tag {Of("T", "U")}",
        8 => $"tagged {Of("T", "U")}",
        _ => Of("label \"L\"", "label \"M\"", "method GET", "forward to <others>", "forward to <hosts>"),
    };

    private string Action(params string[] actions) => Of(actions);

    private string Value(string[] values) => Chance(1, 2) ? " value " + Quoted(Of(values)) : "";

    private static string Quoted(string text) => $"\"{text}\"";

    private bool Chance(int of, int all) => random.Next(all) < of;

    private string Of(params string[] all) => all[random.Next(all.Length)];
}
