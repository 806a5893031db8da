using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.System.Ground;

namespace Sluice.System.Probes;

/// <summary>Reading of probes, and of what comes for one.</summary>
internal static partial class Probe
{
    /// <summary>The lines of a file of probes, in fields.</summary>
    public static IEnumerable<string[]> Lines(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Probes", file)).Skip(1).Select(line => line.Split('\t'));

    /// <summary>The request as it is sent.</summary>
    public static byte[] Bytes(string request) => Encoding.Latin1.GetBytes(Decode(request));

    /// <summary>Whether the first of these statuses is one that a good server answers with.</summary>
    public static bool IsGood(string statuses, string should) =>
        Regex.IsMatch(statuses.Split(' ')[0], $"^(?:{should})$", RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>The statuses of the answers, <c>none</c> without any; <c>+</c> where bytes follow that are no answer.</summary>
    public static string Statuses(byte[] bytes, string request)
    {
        bool withoutBody = request.StartsWith("HEAD", StringComparison.Ordinal);
        string rest = Encoding.Latin1.GetString(bytes);
        List<string> statuses = [];
        while (rest.Length > 0)
        {
            int end = rest.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0 || !rest.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
            {
                statuses.Add("+");
                break;
            }

            string head = rest[..end];
            int length = withoutBody ? 0 : Heads.Length(head) ?? 0;
            statuses.Add(head.Substring(9, 3));
            rest = rest[Math.Min(rest.Length, end + 4 + length)..];
        }

        return statuses.Count == 0 ? "none" : string.Join(' ', statuses);
    }

    private static string Decode(string request) => Escapes().Replace(Expand(request), match => match.Value[1] switch
    {
        'r' => "\r",
        'n' => "\n",
        't' => "\t",
        '\\' => "\\",
        _ => ((char)Convert.ToByte(match.Value[2..], 16)).ToString(),
    });

    /// <summary><c>\{9:text}</c> is nine times the text.</summary>
    private static string Expand(string request) => Repetition().Replace(request, match =>
        string.Concat(Enumerable.Repeat(match.Groups["text"].Value, int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture))));

    [GeneratedRegex(@"\\\{(?<count>\d+):(?<text>[^}]+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Repetition();

    [GeneratedRegex(@"\\(?:[rnt\\]|x[0-9a-f]{2})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Escapes();
}
