using System;

namespace Sluice.Configuration;

/// <summary>
/// The tokens as a grammar wants them, with one token of look-ahead. After a mistake the reader has <see cref="Failed"/>:
/// nothing matches any more until the grammar calls <see cref="Recover"/>, so productions need no error path of their own.
/// </summary>
/// <remarks>
/// Messages carry the line of the last token that was read, as the originals' parsers do: a production must look ahead
/// only where the next token decides.
/// </remarks>
/// <param name="lexer">Where tokens come from.</param>
/// <param name="diagnostics">Takes what is wrong.</param>
public sealed class TokenReader(Lexer lexer, Diagnostics diagnostics)
{
    private static readonly Token _nothing = new(TokenKind.Invalid, "", 0, default);

    private Token _ahead;
    private bool _hasAhead;

    /// <summary>Whether a mistake was reported since the last <see cref="Recover"/>.</summary>
    public bool Failed { get; private set; }

    /// <summary>How many braces are open.</summary>
    public int Depth { get; private set; }

    /// <summary>The line that messages carry now.</summary>
    public Position Here => lexer.Here;

    /// <summary>The place of the last token that was taken.</summary>
    public Position Previous { get; private set; }

    /// <summary>The next token, which stays.</summary>
    public Token Peek()
    {
        if (Failed)
        {
            return _nothing;
        }

        Fill();
        if (_ahead.Kind == TokenKind.Invalid)
        {
            // The lexer has said why.
            Failed = true;
        }

        return _ahead;
    }

    /// <summary>The next token, which is taken.</summary>
    public Token Take()
    {
        Token token = Peek();
        return Failed ? token : Consume();
    }

    /// <summary>Takes this keyword if it comes next.</summary>
    /// <param name="word">A keyword.</param>
    public bool TakeKeyword(string word)
    {
        bool matches = Peek().IsKeyword(word);
        if (matches)
        {
            _ = Consume();
        }

        return matches;
    }

    /// <summary>Takes this word, which is not reserved, if it comes next, with or without quotes.</summary>
    /// <param name="word">A word that means something in one place of the grammar.</param>
    public bool TakeWord(string word)
    {
        bool matches = Peek() is { Kind: TokenKind.Text } token && string.Equals(token.Text, word, StringComparison.Ordinal);
        if (matches)
        {
            _ = Consume();
        }

        return matches;
    }

    /// <summary>Takes this character if it comes next.</summary>
    /// <param name="symbol">One character.</param>
    public bool TakeSymbol(char symbol)
    {
        bool matches = Peek().IsSymbol(symbol);
        if (matches)
        {
            _ = Consume();
        }

        return matches;
    }

    /// <summary>Takes all newlines that come next; false where there was none.</summary>
    public bool TakeNewlines()
    {
        bool any = false;
        while (Peek().Kind == TokenKind.Newline)
        {
            _ = Consume();
            any = true;
        }

        return any;
    }

    /// <summary>Takes a keyword that must come.</summary>
    /// <param name="word">A keyword.</param>
    public void ExpectKeyword(string word)
    {
        if (!TakeKeyword(word))
        {
            SyntaxError($"Here belongs: {word}");
        }
    }

    /// <summary>Takes a character that must come.</summary>
    /// <param name="symbol">One character.</param>
    public void ExpectSymbol(char symbol)
    {
        if (!TakeSymbol(symbol))
        {
            SyntaxError($"Here belongs: {symbol}");
        }
    }

    /// <summary>Takes a string that must come; empty after a mistake.</summary>
    /// <param name="what">What it stands for, for the message.</param>
    public string ExpectText(string what)
    {
        Token token = Peek();
        if (token.Kind == TokenKind.Text)
        {
            return Consume().Text;
        }

        SyntaxError(token.Kind switch
        {
            TokenKind.Keyword => $"{token.Text} is a reserved word: to use it as {what}, put it in quotes.",
            TokenKind.Symbol when token.Text[0] is '/' or '.' or '-' or '<' => $"Put {what} in quotes.",
            TokenKind.Number => $"Put {what} in quotes.",
            _ => $"Here belongs {what}.",
        });
        return "";
    }

    /// <summary>Takes a number that must come; zero after a mistake.</summary>
    /// <param name="what">What it stands for, for the message.</param>
    public long ExpectNumber(string what)
    {
        if (Peek().Kind == TokenKind.Number)
        {
            return Consume().Number;
        }

        SyntaxError($"Here belongs {what}: digits without a unit.");
        return 0;
    }

    /// <summary>Takes the newline that must end a statement.</summary>
    public void ExpectNewline()
    {
        if (Peek().Kind == TokenKind.Newline)
        {
            _ = Consume();
            return;
        }

        string? nearest = Peek() is { Kind: TokenKind.Text } token ? Spelling.Nearest(token.Text, lexer.Keywords.Words) : null;
        SyntaxError(nearest is null ? "A new statement begins on a new line." : $"Did you mean {nearest}? Else a new statement begins on a new line.");
    }

    /// <summary>Continues with included files, one after the other.</summary>
    /// <param name="paths">As written.</param>
    public void Include(params System.Collections.Generic.IReadOnlyList<string> paths)
    {
        if (!Failed && !lexer.Include(paths))
        {
            Failed = true;
        }
    }

    /// <summary>Reports that the next token fits no rule, once a mistake.</summary>
    /// <param name="remedy">What would fit.</param>
    public void SyntaxError(string? remedy = null)
    {
        _ = Peek();
        Error("syntax error", remedy);
    }

    /// <summary>Reports a mistake at the line of the last token, once until <see cref="Recover"/>.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="remedy">What to do about it.</param>
    public void Error(string message, string? remedy = null)
    {
        if (!Failed)
        {
            diagnostics.Error(Here, message, lexer.RemedyOfString(Here) ?? remedy);
            Failed = true;
        }
    }

    /// <summary>Reports a mistake at a place if it is on the line that the message must carry.</summary>
    /// <param name="place">Where the wrong value stands.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="remedy">What to do about it.</param>
    public void Error(Position place, string message, string? remedy = null)
    {
        if (!Failed)
        {
            Position here = Here;
            bool isSame = place.Source == here.Source && place.Line == here.Line;
            diagnostics.Error(isSame ? place : here, message, lexer.RemedyOfString(here) ?? remedy);
            Failed = true;
        }
    }

    /// <summary>Says something that does not fail the load.</summary>
    /// <param name="message">What.</param>
    /// <param name="remedy">What to do about it.</param>
    public void Warning(string message, string? remedy = null)
    {
        if (!Failed)
        {
            diagnostics.Warning(Previous, message, remedy);
        }
    }

    /// <summary>After a mistake: skips the rest of the line and what braces opened on it, up to a depth.</summary>
    /// <param name="depth">The depth at which the grammar goes on.</param>
    public void Recover(int depth)
    {
        Failed = false;
        while (true)
        {
            Fill();
            bool closes = _ahead.IsSymbol('}') && Depth == depth && depth > 0;
            bool ends = _ahead.Kind == TokenKind.Newline && Depth <= depth;
            if (closes || ends || _ahead.Kind == TokenKind.End)
            {
                return;
            }

            _ = Consume();
        }
    }

    private void Fill()
    {
        if (!_hasAhead)
        {
            _ahead = lexer.Next();
            _hasAhead = true;
        }
    }

    private Token Consume()
    {
        _hasAhead = false;
        Previous = _ahead.Position;
        if (_ahead.IsSymbol('{'))
        {
            Depth++;
        }
        else if (_ahead.IsSymbol('}'))
        {
            Depth = Math.Max(0, Depth - 1);
        }

        return _ahead;
    }
}
