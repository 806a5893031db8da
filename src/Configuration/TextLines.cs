using System;
using System.Text;

namespace Sluice.Configuration;

/// <summary>Lines of a printed configuration, indented by block. Each character is one byte: write <see cref="Bytes.Of"/> of the text.</summary>
public sealed class TextLines
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>A line.</summary>
    /// <param name="line">Without its end.</param>
    public void Add(string line) => _text.Append('\t', _depth).Append(line).Append('\n');

    /// <summary>A line that ends with a string.</summary>
    /// <param name="line">What stands before it, with a blank at its end.</param>
    /// <param name="value">Any text that a lexer has read; it is put in quotes.</param>
    public void Add(string line, string value) => Add(line + Quoting.Quote(value));

    /// <summary>The head of a block; what follows is inside.</summary>
    /// <param name="head">Without the brace.</param>
    public void Open(string head)
    {
        Add(head + " {");
        _depth++;
    }

    /// <summary>The end of the last block that is open.</summary>
    public void Close()
    {
        _depth--;
        Add("}");
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>The members of a list as one text.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="list">The list.</param>
    /// <param name="text">The text of a member.</param>
    /// <param name="separator">What stands between two.</param>
    public static string Join<T>(Sequence<T> list, Func<T, string> text, string separator)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder joined = new();
        foreach (T item in list)
        {
            joined.Append(joined.Length == 0 ? "" : separator).Append(text(item));
        }

        return joined.ToString();
    }
}
