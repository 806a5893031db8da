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
    public void Add(string line, string value) => Add(line + Quoting.Quote(value));

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

    public static string Media(MediaType type) => $"{Quoting.Quote(type.Type)}/{Quoting.Quote(type.Subtype)}";

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
}
