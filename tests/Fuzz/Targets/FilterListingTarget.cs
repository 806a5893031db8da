using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Relayd.Redirections;

namespace Sluice.Fuzz.Targets;

/// <summary>What nft(8) lists: elements of maps, what a table holds, and chains that drop what is forwarded. The oracle does it with regular expressions.</summary>
internal sealed class FilterListingTarget : FuzzTarget
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    private static readonly Regex _lines = new("\r\n|[\r\n\f\u0085\u2028\u2029]", Options);
    private static readonly Regex _elements = new("elements = \\{(?<all>[^}]*)\\}", Options);
    private static readonly Regex _element = new("^[ \t\n]*(?<key>[^ \t\n]+)", Options);
    private static readonly Regex _named = new("^[ \t]*(?<kind>chain|counter|map|set)[ \t]+(?<name>[^ \t]+)[ \t]+\\{[ \t]*$", Options);
    private static readonly Regex _filled = new("^[ \t]*elements[ \t]+=([ \t]|$)", Options);

    private static readonly string[] _pieces =
    [
        "table inet sluice {\n", "\tcounter redirect-1 {\n", "counter a {\n", "\t\tpackets 7 bytes 9\n", "packets 9223372036854775808 bytes 1\n", "\tmap flows-1 {\n", "set closing {\n",
        "\t\telements = { 1 expires 5s : 10.0.0.1,\n\t\t\t 2 : fd00::1 }\n", "elements = { ", " : ", ", ", "}", "{", "\n", "\t", " ", "10.0.0.1", "chain forward {\n",
        "\t\ttype filter hook forward priority filter; policy drop;\n", "policy accept;\n", "x", "\r", "\0",
    ];

    private readonly Func<string, string> _read;

    public FilterListingTarget()
        : this(Read)
    {
    }

    private FilterListingTarget(Func<string, string> read)
    {
        _read = read;
    }

    public override string Name => "filter-listing";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("stops at the second counter", new FilterListingTarget(static listing => Read(Cut(listing, "counter ")))),
        new("takes elements without an end", new FilterListingTarget(static listing => Read(listing + "}"))),
        new("stops at the first empty line", new FilterListingTarget(static listing => Read(listing.Split("\n\n")[0]))),
    ];

    public override byte[] Generate(Random random) =>
        Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, 1 + random.Next(14)).Select(_ => _pieces[random.Next(_pieces.Length)])));

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string listing = Encoding.Latin1.GetString(input);
        string read = _read(listing);
        string right = Right(listing);
        return read == right ? null : $"read as {read} instead of {right}";
    }

    private static string Read(string listing)
    {
        PresentTable present = FilterListing.Present("t", listing);
        _ = FilterListing.DroppingForwards(listing);
        return Text(
            FilterListing.Elements(listing),
            [.. present.Chains.Select(static chain => "chain " + chain), .. present.Counters.Select(static counter => "counter " + counter), .. present.Maps.Select(static map => $"{map.Kind} {map.Name} {map.IsEmpty}")]);
    }

    private static string Right(string listing)
    {
        (List<string> chains, List<string> named, List<string> maps) = ([], [], []);
        foreach (string line in _lines.Split(listing))
        {
            if (_named.Match(line) is { Success: true } match)
            {
                string kind = match.Groups["kind"].Value;
                string name = $"{kind} {match.Groups["name"].Value}";
                (kind switch { "chain" => chains, "counter" => named, _ => maps }).Add(kind is "map" or "set" ? name + " True" : name);
            }
            else if (_filled.IsMatch(line) && maps.Count > 0)
            {
                maps[^1] = maps[^1][..maps[^1].LastIndexOf(' ')] + " False";
            }
        }

        return Text(Elements(listing), [.. chains, .. named, .. maps]);
    }

    private static List<KeyValuePair<string, string>> Elements(string listing)
    {
        List<KeyValuePair<string, string>> elements = [];
        foreach (string element in _elements.Match(listing).Groups["all"].Value.Split(','))
        {
            int middle = element.IndexOf(" : ", StringComparison.Ordinal);
            if (middle >= 0 && _element.Match(element[..middle]) is { Success: true } key)
            {
                elements.Add(new(key.Groups["key"].Value, element[(middle + 3)..].Trim()));
            }
        }

        return elements;
    }

    private static string Text(List<KeyValuePair<string, string>> elements, IEnumerable<string> named) =>
        string.Join('|', [.. elements.Select(static pair => $"{pair.Key}:{pair.Value}"), .. named]);

    // Without what comes behind the second place where a word stands.
    private static string Cut(string text, string word)
    {
        int first = text.IndexOf(word, StringComparison.Ordinal);
        int second = first < 0 ? -1 : text.IndexOf(word, first + 1, StringComparison.Ordinal);
        return second < 0 ? text : text[..second];
    }
}
