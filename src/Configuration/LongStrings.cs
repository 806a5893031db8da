using System;

namespace Sluice.Configuration;

/// <summary>
/// Remembers strings that go over lines, which most often lack their closing quote. Behind such a quote all others are inverted: the next string begins
/// where one should end. So the first one of those that begin on the line on which one before ended is the one to mend.
/// </summary>
internal sealed class LongStrings
{
    private Position _begins;
    private char _quote;
    private string? _macro;

    // Where the last of them ended, or is read.
    private int _lastLine;

    /// <summary>A string goes on to another line, and not behind a backslash.</summary>
    /// <param name="begins">Where it begins; of one that a macro's value opens, where the macro is used.</param>
    /// <param name="line">The line that it has come to.</param>
    /// <param name="quote">What would close it.</param>
    /// <param name="macro">The macro whose value opens it; null for none.</param>
    public void Add(Position begins, int line, char quote, string? macro)
    {
        if (begins.Source != _begins.Source || begins.Line > _lastLine || begins.Line < _begins.Line)
        {
            (_begins, _quote, _macro) = (begins, quote, macro);
        }

        _lastLine = line;
    }

    /// <summary>What to do about a mistake that such a string may have made; null where none is near.</summary>
    /// <param name="place">Where the mistake is.</param>
    public string? Remedy(Position place)
    {
        if (_begins.Source is null || place.Source != _begins.Source || place.Line < _begins.Line || place.Line > _lastLine)
        {
            return null;
        }

        string what = _macro is null ? "a string begins here" : $"the value of macro '{_macro}', used here, begins a string";
        return FormattableString.Invariant($"{_begins.Source.Name}:{_begins.Line}: {what} and goes on to line {_lastLine}: if it should end on an earlier line, put its closing {_quote} there.");
    }
}
