using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Sluice.Configuration;

/// <summary>A place in a file.</summary>
/// <param name="Source">The file; null for what concerns no file.</param>
/// <param name="Line">From 1; 0 for the file as a whole.</param>
/// <param name="Offset">Byte where the thing begins; -1 where only the line is known.</param>
public readonly record struct Position(SourceText? Source, int Line, int Offset);

/// <summary>Whether a load goes on.</summary>
public enum Severity
{
    /// <summary>The configuration is used.</summary>
    Warning,

    /// <summary>It is not.</summary>
    Error,
}

/// <summary>Something the operator must know.</summary>
/// <param name="Severity">Whether the load fails.</param>
/// <param name="Position">Where.</param>
/// <param name="Message">What, in the words of the manual.</param>
/// <param name="Remedy">What to do about it; null where nothing is known.</param>
public sealed record Diagnostic(Severity Severity, Position Position, string Message, string? Remedy);

/// <summary>All that was found while a configuration was read.</summary>
public sealed class Diagnostics
{
    private readonly List<Diagnostic> _found = [];

    /// <summary>In the order in which they were found.</summary>
    public IReadOnlyList<Diagnostic> Found => _found;

    /// <summary>Number of errors; the configuration is good when there is none.</summary>
    public int Errors { get; private set; }

    /// <summary>Records what makes the load fail.</summary>
    /// <param name="position">Where.</param>
    /// <param name="message">What.</param>
    /// <param name="remedy">What to do about it.</param>
    public void Error(Position position, string message, string? remedy = null)
    {
        Errors++;
        _found.Add(new Diagnostic(Severity.Error, position, message, remedy));
    }

    /// <summary>Records what the operator should know although the configuration is used.</summary>
    /// <param name="position">Where.</param>
    /// <param name="message">What.</param>
    /// <param name="remedy">What to do about it.</param>
    public void Warning(Position position, string message, string? remedy = null) =>
        _found.Add(new Diagnostic(Severity.Warning, position, message, remedy));

    /// <summary>Writes all, errors first: <c>file:line:column: message</c>, the line, a caret below the place, and the remedy.</summary>
    /// <param name="output">Usually standard error.</param>
    public void Print(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (Severity severity in (ReadOnlySpan<Severity>)[Severity.Error, Severity.Warning])
        {
            foreach (Diagnostic diagnostic in _found)
            {
                if (diagnostic.Severity == severity)
                {
                    Print(output, diagnostic);
                }
            }
        }
    }

    private static void Print(TextWriter output, Diagnostic diagnostic)
    {
        Position at = diagnostic.Position;
        string message = Printable(diagnostic.Message);
        if (diagnostic.Severity == Severity.Warning)
        {
            message = "warning: " + message;
        }

        if (at.Source is null || at.Line == 0)
        {
            output.WriteLine(at.Source is null ? message : $"{Printable(at.Source.Name)}: {message}");
        }
        else
        {
            PrintPlace(output, at, at.Source, message);
        }

        if (diagnostic.Remedy is not null)
        {
            output.WriteLine("    " + Printable(diagnostic.Remedy));
        }
    }

    private static void PrintPlace(TextWriter output, Position at, SourceText source, string message)
    {
        (int line, int column) = at.Offset >= 0 ? source.Find(at.Offset) : (at.Line, 0);
        bool caret = column > 0 && line == at.Line;
        string place = caret ? $"{at.Line}:{column}" : $"{at.Line}";
        output.WriteLine($"{Printable(source.Name)}:{place}: {message}");
        string text = source.Line(at.Line);
        if (text.Length is 0 or > 200)
        {
            return;
        }

        output.WriteLine("    " + Shown(text));
        if (caret)
        {
            output.WriteLine("    " + new string(' ', Shown(FirstBytes(text, column - 1)).Length) + "^");
        }
    }

    private static string FirstBytes(string text, int count) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text).AsSpan(0, Math.Min(count, Encoding.UTF8.GetByteCount(text))));

    /// <summary>A configuration string, one byte a character, as a terminal may show it.</summary>
    private static string Printable(string text) => Shown(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text)));

    private static string Shown(string text)
    {
        StringBuilder shown = new(text.Length);
        foreach (char c in text)
        {
            shown.Append(c == '\t' ? ' ' : char.IsControl(c) ? '?' : c);
        }

        return shown.ToString();
    }
}
