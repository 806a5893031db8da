using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.Unit.Tidy;

/// <summary>A manual page in mdoc(7), as far as the tests ask: the entries of its lists, and the blocks marked as configuration.</summary>
internal sealed class ManualPage
{
    private const string Mark = ".\\\" configuration";

    private readonly List<Entry> _entries = [];
    private readonly List<Example> _examples = [];

    public ManualPage(TextFile file)
    {
        Stack<Entry> open = new();
        Example? example = null;
        string? mark = null;
        foreach ((int index, string line) in file.Text.Split('\n').Index())
        {
            if (example is not null)
            {
                example = Continue(example, line);
            }
            else if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                mark = line[Mark.Length..].TrimStart(':').Trim();
            }
            else if (mark is not null && line.StartsWith(".Bd -literal", StringComparison.Ordinal))
            {
                (example, mark) = (new Example(file.Path, index + 1, mark, ""), null);
            }
            else
            {
                Read(line, index + 1, open);
            }
        }
    }

    /// <summary>The items of all lists, with the text that is theirs alone.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    public IReadOnlyList<Example> Examples => _examples;

    private Example? Continue(Example example, string line)
    {
        if (line != ".Ed")
        {
            return example with { Text = example.Text + line.Replace("\\e", "\\", StringComparison.Ordinal) + "\n" };
        }

        _examples.Add(example);
        return null;
    }

    private void Read(string line, int number, Stack<Entry> open)
    {
        switch (line.Split(' ')[0])
        {
            case ".Bl":
                open.Push(new Entry(number, [], 0));
                break;
            case ".El":
                _entries.Add(open.Pop());
                break;
            case ".It":
                _entries.Add(open.Pop());
                open.Push(new Entry(number, [.. Keywords(line)], 0));
                break;
            default:
                if (open.TryPop(out Entry? entry))
                {
                    open.Push(EndsSentence(line) ? entry with { Sentences = entry.Sentences + 1 } : entry);
                }

                break;
        }
    }

    /// <summary>The words behind <c>Ic</c>, until another macro begins.</summary>
    private static IEnumerable<string> Keywords(string item)
    {
        string macro = "";
        foreach (string word in item.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            if (char.IsAsciiLetterUpper(word[0]) && word.Length == 2)
            {
                macro = word;
            }
            else if (macro == "Ic" && char.IsAsciiLetterLower(word[0]))
            {
                yield return word;
            }
        }
    }

    private static bool EndsSentence(string line)
    {
        string text = line.Replace("\\&", "", StringComparison.Ordinal).TrimEnd(')', ' ');
        return text.Length > 1 && text[^1] is '.' or '?' or '!' && !text.StartsWith(".\\\"", StringComparison.Ordinal);
    }

    /// <summary>An item: the keywords of its head, and how many sentences are its own.</summary>
    internal sealed record Entry(int Line, IReadOnlyList<string> Keywords, int Sentences);

    /// <summary>A block of configuration; where it stands in a file says its place (empty for a whole file).</summary>
    internal sealed record Example(string Path, int Line, string Place, string Text)
    {
        /// <summary>The whole file of which this is a part.</summary>
        /// <param name="frames">For each place what is around it, with <c>@</c> where the part stands.</param>
        public string Whole(IReadOnlyDictionary<string, string> frames) => Place.Length == 0 ? Text
            : frames.TryGetValue(Place, out string? frame) ? frame.Replace("@", Text, StringComparison.Ordinal)
            : throw new InvalidOperationException($"{Path}:{Line}: nobody knows where `{Place}` stands");
    }
}
