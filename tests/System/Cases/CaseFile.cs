using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace Sluice.System.Cases;

/// <summary>What a case does or demands, in order.</summary>
internal enum StepKind
{
    /// <summary>A connection to <c>ADDRESS PORT</c>; the one before must have been left in order.</summary>
    Connect,

    /// <summary>Bytes to the daemon.</summary>
    Send,

    /// <summary>The client sends nothing more (TCP half-close).</summary>
    EndOutput,

    /// <summary>The lines of an answer's head, each a pattern in which <c>*</c> is any text.</summary>
    Head,

    /// <summary>Exactly these bytes of a body.</summary>
    Body,

    /// <summary>A body equal to this file of the site.</summary>
    BodyOfFile,

    /// <summary>A body as long as announced that contains this text.</summary>
    BodyContains,

    /// <summary>A body as long as announced that does not contain this text.</summary>
    BodyLacks,

    /// <summary>A body as long as announced that is like this text, in which <c>*</c> is any text.</summary>
    BodyLike,

    /// <summary>The daemon ends the connection, and nothing more comes before that.</summary>
    Closed,
}

/// <summary>One step; <see cref="Text"/> is decoded.</summary>
internal sealed record Step(StepKind Kind, string Text, int Line);

/// <summary>One case: its steps, and every line that it leaves in the access log.</summary>
internal sealed record Case(string Name, List<Step> Steps, List<string> Log);

/// <summary>
/// A <c>*.case</c> file: a site, a configuration, and what clients and daemon say to each other. Cases/README.md tells
/// the words. What is not known, or stands in the wrong place, fails the file.
/// </summary>
internal sealed class CaseFile
{
    private readonly string[] _lines;
    private int _at;

    public CaseFile(string path)
    {
        Name = Path.GetFileNameWithoutExtension(path);
        _lines = File.ReadAllLines(path);
        while (_at < _lines.Length)
        {
            string line = _lines[_at++];
            if (line.Length > 0 && line[0] != '#')
            {
                Read(line);
            }
        }
    }

    public string Name { get; }

    public string Configuration { get; private set; } = "";

    /// <summary>Words of file, folder, link, mode, fifo and older lines, in order; a file has its content as the last word.</summary>
    public List<string[]> Site { get; } = [];

    /// <summary>A port whose server writes the access log, for the request that shows that a case is over.</summary>
    public int SentinelPort { get; private set; } = 80;

    public List<Case> Cases { get; } = [];

    /// <summary>The folder of the case files, as built.</summary>
    public static IEnumerable<CaseFile> All() =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Cases"), "*.case")
            .Order(StringComparer.Ordinal)
            .Select(path => new CaseFile(path));

    private void Read(string line)
    {
        string[] words = line.Split(' ');
        switch (words[0])
        {
            case "config":
                Configuration = Indented();
                break;
            case "file" when words.Length == 2:
                Site.Add(["file", Decode(words[1]), Decode(Indented())]);
                break;
            case "text":
                Site.Add(["file", Decode(words[1]), Decode(string.Join(' ', words[2..]))]);
                break;
            case "file" or "folder" or "link" or "mode" or "fifo" or "older":
                Site.Add(words);
                break;
            case "sentinel":
                SentinelPort = int.Parse(words[1], CultureInfo.InvariantCulture);
                break;
            case "case":
                Cases.Add(new Case(line["case ".Length..], [], []));
                break;
            default:
                ReadStep(line, words[0]);
                break;
        }
    }

    private void ReadStep(string line, string word)
    {
        Case current = Cases.LastOrDefault() ?? throw Wrong(line);
        string rest = line.Length > word.Length ? line[(word.Length + 1)..] : "";
        switch (word)
        {
            case ">":
                Add(StepKind.Send, Decode(rest) + "\r\n");
                break;
            case ">=":
                Add(StepKind.Send, Decode(rest));
                break;
            case "<":
                Add(StepKind.Head, HeadFrom(rest));
                break;
            case "<=":
                Add(StepKind.Body, Decode(rest));
                break;
            case "<file":
                Add(StepKind.BodyOfFile, rest);
                break;
            case "<contains":
                Add(StepKind.BodyContains, Decode(rest));
                break;
            case "<lacks":
                Add(StepKind.BodyLacks, Decode(rest));
                break;
            case "<like":
                Add(StepKind.BodyLike, Decode(rest));
                break;
            case "connect":
                Add(StepKind.Connect, rest);
                break;
            case "end-output":
                Add(StepKind.EndOutput, "");
                break;
            case "closed":
                Add(StepKind.Closed, "");
                break;
            case "log":
                current.Log.Add(Decode(rest));
                break;
            default:
                throw Wrong(line);
        }

        void Add(StepKind kind, string text) => current.Steps.Add(new Step(kind, text, _at));
    }

    /// <summary>The lines from this one to the empty one, which ends a head.</summary>
    private string HeadFrom(string first)
    {
        StringBuilder head = new(first);
        while (_at < _lines.Length && _lines[_at].StartsWith("< ", StringComparison.Ordinal))
        {
            head.Append('\n').Append(_lines[_at++][2..]);
        }

        return _at < _lines.Length && _lines[_at++] is "<" ? head.ToString() : throw Wrong("a head without its empty line");
    }

    private string Indented()
    {
        StringBuilder text = new();
        for (; _at < _lines.Length && (_lines[_at].StartsWith('\t') || _lines[_at].Length == 0); _at++)
        {
            text.Append(_lines[_at].AsSpan(Math.Min(1, _lines[_at].Length))).Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>Backslash and r, n, t, 0, backslash, xHH; and <c>\{N:TEXT}</c> for TEXT N times. One byte a character.</summary>
    private string Decode(string text)
    {
        StringBuilder bytes = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Append(text[i]);
                continue;
            }

            switch (text[++i])
            {
                case 'x':
                    bytes.Append((char)byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                case '{':
                    int colon = text.IndexOf(':', i);
                    int end = text.IndexOf('}', colon);
                    int count = int.Parse(text.AsSpan(i + 1, colon - i - 1), CultureInfo.InvariantCulture);
                    bytes.Insert(bytes.Length, Decode(text[(colon + 1)..end]), count);
                    i = end;
                    break;
                case char escape:
                    int at = "rnt0\\".IndexOf(escape, StringComparison.Ordinal);
                    bytes.Append(at >= 0 ? "\r\n\t\0\\"[at] : throw Wrong(text));
                    break;
            }
        }

        return bytes.ToString();
    }

    private InvalidDataException Wrong(string line) => new($"{Name}.case:{_at}: not understood: {line}");
}
