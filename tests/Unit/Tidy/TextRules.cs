using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Sluice.Unit.Tidy;

/// <summary>The rules for everything that is read: code, scripts, configurations, manual pages and documents.</summary>
internal static class TextRules
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>Unfinished work is an issue, not a note in the text. (The words are put together here so as not to find themselves.)</summary>
    public static IEnumerable<Violation> Leftovers(TextFile file)
        => Find(file, $@"\b({"TO" + "DO"}|{"FIX" + "ME"}|{"XX" + "X"}|{"HA" + "CK"})\b", found => $"{found}: file an issue instead");

    /// <summary>Homes and work trees exist on one machine only.</summary>
    public static IEnumerable<Violation> MachinePaths(TextFile file)
        => Find(file, @"(?<![\w.~-])/(home|root|work|workspace|Users|builds)/\w[\w./-]*", found => $"{found} is a path of one machine");

    /// <summary>Decisions are cited by id (D-12), and the list of them is docs/decisions/README.md.</summary>
    public static IEnumerable<Violation> UnknownDecisions(TextFile file, IReadOnlySet<string> known)
        => Find(file, @"\bD-\d\d\b", found => known.Contains(found) ? null : $"{found} is not in docs/decisions/README.md");

    /// <summary>The ids that the list of decisions defines: the first cell of a row.</summary>
    public static IReadOnlySet<string> Decisions(string list)
        => Regex.Matches(list, @"^\| (?<id>D-\d\d) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, _patience).Select(row => row.Groups["id"].Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>A link of a document that leads to a file of the repository which is not there.</summary>
    public static IEnumerable<Violation> DeadLinks(TextFile file, Func<string, bool> exists)
        => Find(file, @"(?<=\]\()(?!https?:|mailto:|#)[^)\s#]+", found => exists(System.IO.Path.Join(System.IO.Path.GetDirectoryName(file.Path), found)) ? null : $"{found} is not there");

    /// <summary>A page of the sample site that wants something from elsewhere, a script, or a file that is not there ("/missing" is meant).</summary>
    public static IEnumerable<Violation> StrayLinks(TextFile file, Func<string, bool> exists)
        => Find(file, @"<script\b|(?<=\b(href|src)="")(?!#|/missing"")[^""]+|(?<=\burl\()[^)]+", found => exists(found) ? null : $"{found} is not part of the site");

    /// <summary>The first cells of the rows of all tables, without their heads.</summary>
    public static IEnumerable<string> FirstCells(string document)
        => Regex.Matches(document, @"^\| (?<cell>[a-z][a-z0-9.-]*) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, _patience)
            .Select(row => row.Groups["cell"].Value).Where(cell => cell != "class");

    private static IEnumerable<Violation> Find(TextFile file, string pattern, Func<string, string?> message)
        => from match in Regex.Matches(file.Text, pattern, RegexOptions.None, _patience)
           let text = message(match.Value)
           where text is not null
           select new Violation(file.Path, file.Text.AsSpan(0, match.Index).Count('\n') + 1, text);
}
