using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Relayd.Redirections;

namespace Sluice.Fuzz.Targets;

/// <summary>What nft(8) lists: chains that drop what is forwarded. The oracle does it with regular expressions.</summary>
internal sealed class FilterListingTarget : FuzzTarget
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    private static readonly Regex _lines = new("\r\n|[\r\n\f\u0085\u2028\u2029]", Options);
    private static readonly Regex _table = new("^table (?<family>[^ ]*) (?<name>[^ ]*)( |$)", Options);
    private static readonly Regex _chain = new("^chain (?<name>[^ ]*)( |$)", Options);

    private static readonly string[] _pieces =
    [
        "table inet sluice {\n", "table ip filter {\n", "table ip\n", "\tchain input {\n", "chain forward {\n", "chain\n", "\t\ttype filter hook forward priority filter; policy drop;\n",
        "type filter hook forward priority 5; policy drop;", "type filter hook input priority filter; policy drop;\n", "policy accept;\n", "}", "{", "\n", "\n\n", "\t", " ", "x", "\r", "\0",
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
        new("stops at the second chain", new FilterListingTarget(static listing => Read(Cut(listing, "chain ")))),
        new("takes what is dropped anywhere", new FilterListingTarget(static listing => Read(listing.Replace("hook input", "hook forward", StringComparison.Ordinal)))),
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

    private static string Read(string listing) => string.Join('|', FilterListing.DroppingForwards(listing));

    private static string Right(string listing)
    {
        List<string> dropping = [];
        (string table, string chain) = ("", "");
        foreach (string line in _lines.Split(listing).Select(static line => line.Trim()))
        {
            if (_table.Match(line) is { Success: true } found)
            {
                table = $"{found.Groups["family"].Value} {found.Groups["name"].Value}";
            }
            else if (_chain.Match(line) is { Success: true } named)
            {
                chain = named.Groups["name"].Value;
            }
            else if (line.Contains(" hook forward ", StringComparison.Ordinal) && line.EndsWith("policy drop;", StringComparison.Ordinal))
            {
                dropping.Add($"table {table}, chain {chain}");
            }
        }

        return string.Join('|', dropping);
    }

    // Without what comes behind the second place where a word stands.
    private static string Cut(string text, string word)
    {
        int first = text.IndexOf(word, StringComparison.Ordinal);
        int second = first < 0 ? -1 : text.IndexOf(word, first + 1, StringComparison.Ordinal);
        return second < 0 ? text : text[..second];
    }
}
