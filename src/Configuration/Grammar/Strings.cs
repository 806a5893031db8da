using System;

namespace Sluice.Configuration.Grammar;

/// <summary>Strings of bounded length.</summary>
public static class Strings
{
    /// <summary>Reads a string and checks its length; the string is returned whole even when it is too long.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="what">What the string stands for, for the remedy.</param>
    /// <param name="longest">Length in bytes that is still accepted.</param>
    /// <param name="message">The message when it is longer.</param>
    public static string Read(TokenReader reader, string what, int longest, string message)
    {
        ArgumentNullException.ThrowIfNull(reader);
        string text = reader.ExpectText(what);
        if (text.Length > longest)
        {
            reader.Error(reader.Previous, message, $"It may have {longest} bytes, this has {text.Length}.");
        }

        return text;
    }
}
