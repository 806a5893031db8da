using System;

namespace Sluice.Configuration.Grammar;

/// <summary>How files and blocks are made of statements, one a line.</summary>
public static class Blocks
{
    /// <summary>file = { [ statement ] newline }, to the end; after a mistake it goes on with the next line.</summary>
    /// <param name="reader">The tokens from the first one.</param>
    /// <param name="statement">Reads one statement; reports what is none.</param>
    public static void ReadFile(TokenReader reader, Action statement)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(statement);
        while (true)
        {
            _ = reader.TakeNewlines();
            if (reader.Peek().Kind == TokenKind.End)
            {
                return;
            }

            statement();
            reader.ExpectNewline();
            if (reader.Failed)
            {
                reader.Recover(0);
            }
        }
    }

    /// <summary>
    /// "{" { newline } option { newline } { option newline { newline } } "}": the second option may follow the first on its line,
    /// and after a mistake it goes on with the next line.
    /// </summary>
    /// <param name="reader">The tokens; the next is the opening brace.</param>
    /// <param name="option">Reads one option; reports what is none.</param>
    public static void Read(TokenReader reader, Action option)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(option);
        reader.ExpectSymbol('{');
        if (reader.Failed)
        {
            return;
        }

        int depth = reader.Depth;
        _ = reader.TakeNewlines();
        option();
        Recover(reader, depth);
        _ = reader.TakeNewlines();
        while (reader.Peek().Kind != TokenKind.End && !reader.Peek().IsSymbol('}'))
        {
            option();
            reader.ExpectNewline();
            Recover(reader, depth);
            _ = reader.TakeNewlines();
        }

        reader.ExpectSymbol('}');
    }

    private static void Recover(TokenReader reader, int depth)
    {
        if (reader.Peek().Kind == TokenKind.Invalid)
        {
            reader.Recover(depth);
        }
    }
}
