using System;
using System.Globalization;
using System.Text;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>Lines of a printed configuration, indented by block.</summary>
internal sealed class TextLines
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>A line.</summary>
    public void Add(string line) => _text.Append('\t', _depth).Append(line).Append('\n');

    /// <summary>A line that ends with a string.</summary>
    public void Add(string line, string value) => Add(line + Quote(value));

    /// <summary>The head of a block.</summary>
    public void Open(string head)
    {
        Add(head + " {");
        _depth++;
    }

    public void Close()
    {
        _depth--;
        Add("}");
    }

    public override string ToString() => _text.ToString();

    public static string Media(MediaType type) => $"{Quote(type.Type)}/{Quote(type.Subtype)}";

    public static string Network(Prefix prefix) => string.Create(CultureInfo.InvariantCulture, $"\"{prefix.Address}/{prefix.Length}\"");

    public static string Join<T>(Sequence<T> list, Func<T, string> text, string separator)
    {
        StringBuilder joined = new();
        foreach (T item in list)
        {
            joined.Append(joined.Length == 0 ? "" : separator).Append(text(item));
        }

        return joined.ToString();
    }

    /// <summary>
    /// A string so that the lexer reads it back. Between quotes a backslash escapes only the quote and blanks, so these
    /// are escaped where a backslash precedes them. A backslash at the end cannot be quoted; such a string was a bare word.
    /// </summary>
    public static string Quote(string value)
    {
        if (value.EndsWith('\\'))
        {
            return BareWord(value);
        }

        StringBuilder quoted = new("\"");
        char previous = '\0';
        foreach (char c in value)
        {
            if (c == '"' || (previous == '\\' && c is ' ' or '\t'))
            {
                quoted.Append('\\');
            }

            quoted.Append(c);
            previous = c;
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Behind leading digits the lexer resolves a backslash once more, because it first tried a number.</summary>
    private static string BareWord(string value)
    {
        int digits = value.AsSpan().IndexOfAnyExceptInRange('0', '9');
        StringBuilder word = new();
        for (int i = 0; i < value.Length; i++)
        {
            word.Append(value[i] != '\\' ? value[i].ToString() : i > 0 && i == digits ? "\\\\\\" : "\\\\");
        }

        return word.ToString();
    }
}
