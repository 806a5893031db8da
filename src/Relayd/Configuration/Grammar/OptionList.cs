using System;

using Sluice.Configuration;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>Lists in braces, whose members a comma, line ends or nothing separates (R-CONF-14).</summary>
internal static class OptionList
{
    /// <summary>One option, or several in braces, which stand on the line of the first and the last.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="option">Reads one; reports what is none.</param>
    public static void Read(TokenReader reader, Action option)
    {
        if (!reader.TakeSymbol('{'))
        {
            option();
            return;
        }

        if (reader.Peek().Kind == TokenKind.Newline)
        {
            reader.SyntaxError("The first option stands on the line of the opening brace.");
        }

        do
        {
            option();
        }
        while (OptionFollows(reader));
        reader.ExpectSymbol('}');
    }

    /// <summary>Members in braces, which may stand on lines of their own.</summary>
    /// <param name="reader">The tokens; the next is the opening brace.</param>
    /// <param name="member">Reads one; reports what is none.</param>
    public static void ReadLines(TokenReader reader, Action member)
    {
        reader.ExpectSymbol('{');
        _ = reader.TakeNewlines();
        do
        {
            member();
        }
        while (MemberFollows(reader));
        reader.ExpectSymbol('}');
    }

    private static bool OptionFollows(TokenReader reader)
    {
        if (reader.TakeSymbol(','))
        {
            return !reader.Failed;
        }

        bool endsLine = reader.TakeNewlines();
        if (endsLine && reader.Peek().IsSymbol('}'))
        {
            reader.SyntaxError("The closing brace stands on the line of the last option.");
        }

        return !reader.Failed && !reader.Peek().IsSymbol('}');
    }

    private static bool MemberFollows(TokenReader reader)
    {
        if (reader.TakeSymbol(','))
        {
            return !reader.Failed;
        }

        _ = reader.TakeNewlines();
        return !reader.Failed && !reader.Peek().IsSymbol('}');
    }
}
