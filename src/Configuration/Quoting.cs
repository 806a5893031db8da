using System;
using System.Text;

namespace Sluice.Configuration;

/// <summary>Texts as they are written in a configuration.</summary>
public static class Quoting
{
    /// <summary>
    /// A string so that the lexer reads it back. Between quotes a backslash escapes only the quote and blanks, so these
    /// are escaped where a backslash precedes them. A backslash at the end cannot be quoted; such a string was a bare word.
    /// </summary>
    /// <param name="value">A text that a lexer has read.</param>
    public static string Quote(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
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
