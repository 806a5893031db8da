using System;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Configuration;

namespace Sluice.Fuzz.Targets;

/// <summary>The lexical rules once more, over a whole text, slowly: without macros, which end it like a mistake.</summary>
internal sealed class SlowLexer
{
    private const int End = -1;
    private readonly string _text;
    private readonly Keywords _keywords;
    private readonly StringBuilder _tokens = new();
    private int _at;

    private SlowLexer(string text, Keywords keywords)
    {
        _text = text;
        _keywords = keywords;
    }

    /// <summary>The tokens of the true lexer, up to the first mistake or the first use of a macro, which only a parser can define.</summary>
    public static string Read(byte[] text, Keywords keywords)
    {
        Lexer lexer = new(new SourceText("f", text), keywords, new Macros(), new SoleFile(text), new Diagnostics());
        StringBuilder tokens = new();
        while (true)
        {
            Token token = lexer.Next();
            tokens.Append(token.Kind).Append(':').Append(token.Text).Append('\u0100');
            if (token.Kind is TokenKind.End or TokenKind.Invalid)
            {
                return tokens.ToString();
            }
        }
    }

    /// <summary>The same tokens, cut slowly.</summary>
    public static string Cut(string text, Keywords keywords)
    {
        SlowLexer lexer = new(text, keywords);
        while (lexer.One())
        {
        }

        return lexer._tokens.ToString();
    }

    private bool One()
    {
        while (Char(_at).C is ' ' or '\t')
        {
            _at = Char(_at).Next;
        }

        if (Char(_at).C == '#')
        {
            while (Char(_at).C is not ('\n' or End))
            {
                _at = Char(_at).Next;
            }
        }

        (int c, int next) = Char(_at);
        if (_at > _text.Length)
        {
            return Add(TokenKind.End, "");
        }

        _at = next;
        return c switch
        {
            End or '\n' => Add(TokenKind.Newline, ""),
            0 or '$' => Add(TokenKind.Invalid, ""),
            '"' or '\'' => Quoted((char)c),
            _ => Unquoted((char)c),
        };
    }

    private bool Quoted(char quote)
    {
        // Newlines vanish wherever they stand, also behind a backslash, which vanishes with them.
        StringBuilder value = new();
        while (_at < _text.Length && _text[_at] != quote)
        {
            string two = _text.Substring(_at, Math.Min(2, _text.Length - _at));
            bool isEscape = two[0] == '\\' && two.Length == 2 && (two[1] == quote || " \t\n".Contains(two[1], StringComparison.Ordinal));
            _at += isEscape ? 2 : 1;
            char c = isEscape ? two[1] : two[0];
            if (c == '\0')
            {
                return Add(TokenKind.Invalid, "");
            }

            value.Append(c == '\n' ? "" : c.ToString());
        }

        return _at++ < _text.Length && value.Length <= 8094 ? Add(TokenKind.Text, value.ToString()) : Add(TokenKind.Invalid, "");
    }

    private bool Unquoted(char first) => Unquoted(new StringBuilder(first.ToString()));

    private bool Unquoted(StringBuilder value)
    {
        char first = value[0];
        if (first == '-' || char.IsAsciiDigit(first))
        {
            int end = TakeWhile(value, char.IsAsciiDigit);
            bool isNumber = value.ToString() is not "-" && (end == End || " \t\n\v\f\r),/}=".Contains((char)end, StringComparison.Ordinal));
            if (isNumber)
            {
                return long.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? Add(TokenKind.Number, value.ToString()) : Add(TokenKind.Invalid, "");
            }

            if (first == '-')
            {
                // The digits behind it are read again, and so is what ended them, without its backslash.
                return Add(TokenKind.Symbol, "-") && (value.Length == 1 || Unquoted(value.Remove(0, 1)));
            }
        }

        if (!char.IsAsciiLetterOrDigit(first) && !_keywords.WordOpeners.Contains(first, StringComparison.Ordinal))
        {
            return Add(TokenKind.Symbol, first.ToString());
        }

        _ = TakeWhile(value, c => c is > ' ' and < '\u007f' && !_keywords.Structure.Contains(c, StringComparison.Ordinal));
        string word = value.ToString();
        return word.Length > 8095
            ? Add(TokenKind.Invalid, "")
            : Add(_keywords.Words.Contains(word, StringComparer.Ordinal) ? TokenKind.Keyword : TokenKind.Text, word);
    }

    /// <summary>Returns what ends a word, which is read again without the backslash that stood before it.</summary>
    private int TakeWhile(StringBuilder value, Func<char, bool> belongs)
    {
        (int c, int next) = Char(_at);
        while (c != End && belongs((char)c))
        {
            value.Append((char)c);
            _at = next;
            (c, next) = Char(_at);
        }

        _at = c == End ? _at : next - 1;
        return c;
    }

    /// <summary>The character at a place outside quotes, and the place behind it; past the end there is one newline.</summary>
    private (int C, int Next) Char(int at)
    {
        while (at + 1 < _text.Length && _text[at] == '\\' && _text[at + 1] == '\n')
        {
            at += 2;
        }

        if (at >= _text.Length || (_text[at] == '\\' && at + 1 == _text.Length))
        {
            return ('\n', _text.Length + 1);
        }

        return _text[at] == '\\' ? (_text[at + 1], at + 2) : (_text[at], at + 1);
    }

    private bool Add(TokenKind kind, string text)
    {
        _tokens.Append(kind).Append(':').Append(text).Append('\u0100');
        return kind is not (TokenKind.End or TokenKind.Invalid);
    }
}
