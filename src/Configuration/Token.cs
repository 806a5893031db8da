namespace Sluice.Configuration;

/// <summary>What a token is.</summary>
public enum TokenKind
{
    /// <summary>The end of the last file.</summary>
    End,

    /// <summary>The end of a line.</summary>
    Newline,

    /// <summary>A bare word that the language reserves.</summary>
    Keyword,

    /// <summary>A quoted string, or a bare word that is not reserved.</summary>
    Text,

    /// <summary>A decimal number.</summary>
    Number,

    /// <summary>Any other single character.</summary>
    Symbol,

    /// <summary>Something that no statement can contain; the lexer has said why.</summary>
    Invalid,
}

/// <summary>A token and where it began.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text without quotes; a number as it was written.</param>
/// <param name="Number">Value of a number.</param>
/// <param name="Position">Where it began; inside a macro, where the macro is used.</param>
public readonly record struct Token(TokenKind Kind, string Text, long Number, Position Position)
{
    /// <summary>Whether a text stood in quotes: then it is no word of the language, whatever it says.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>Whether it is this reserved word.</summary>
    /// <param name="word">A keyword.</param>
    public bool IsKeyword(string word) => Kind == TokenKind.Keyword && string.Equals(Text, word, System.StringComparison.Ordinal);

    /// <summary>Whether it is this character.</summary>
    /// <param name="symbol">One character.</param>
    public bool IsSymbol(char symbol) => Kind == TokenKind.Symbol && Text[0] == symbol;
}
