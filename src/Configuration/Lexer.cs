using System;
using System.Globalization;

namespace Sluice.Configuration;

/// <summary>
/// Cuts files into tokens by the rules that httpd.conf(5) and relayd.conf(5) share. A mistake is reported at once and
/// becomes one <see cref="TokenKind.Invalid"/>, after which the rest of the line is skipped.
/// </summary>
/// <remarks>
/// Lines are counted as the originals count them: a token stands on the line on which it began, except that a joined
/// line inside it counts for the last line before the join.
/// </remarks>
public sealed class Lexer
{
    private const int LongestQuoted = 8094;
    private const int LongestWord = 8095;

    // Beside the bytes 0 to 255 a character may be one of these.
    private const int End = -1;
    private const int ExpansionBegins = 256;
    private const int ExpansionEnds = 257;

    private readonly Macros _macros;
    private readonly Diagnostics _diagnostics;
    private readonly Includes _includes;
    private readonly LongStrings _longStrings = new();
    private readonly char[] _text = new char[LongestWord + 1];

    private int _length;
    private int _line;
    private int _offset;
    private int _macroOffset;
    private string _macro = "";
    private bool _expanding;
    private bool _isLastFromFile;

    /// <summary>Reads from the beginning of a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="keywords">The reserved words.</param>
    /// <param name="macros">Those of the command line; the file's are added by the parser.</param>
    /// <param name="host">Where included files come from.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public Lexer(SourceText source, Keywords keywords, Macros macros, IHostFacts host, Diagnostics diagnostics)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(host);
        Keywords = keywords;
        _macros = macros;
        _diagnostics = diagnostics;
        _includes = new Includes(host, diagnostics, _longStrings);
        _includes.Begin(source, host.Identity(source.Name));
    }

    /// <summary>The reserved words.</summary>
    internal Keywords Keywords { get; }

    /// <summary>Where the parser stands: the file that is read now and the line of the last token.</summary>
    public Position Here => new(_includes.Current.Source, _line, _offset);

    /// <summary>Continues with included files; false, with a message, where one cannot be read.</summary>
    /// <param name="paths">As written.</param>
    internal bool Include(System.Collections.Generic.IReadOnlyList<string> paths) => _includes.Enter(paths, Here);

    /// <summary>What to do about a mistake at a place, where a string is near that most probably lacks its closing quote; else null.</summary>
    /// <param name="place">Where the mistake is.</param>
    internal string? RemedyOfString(Position place) => _longStrings.Remedy(place);

    /// <summary>The next token; <see cref="TokenKind.End"/> again and again after the last.</summary>
    public Token Next()
    {
        while (true)
        {
            _length = 0;
            int c = SkipBlanks();
            _line = _includes.Current.Line;
            MarkPlace();
            if (c == '#')
            {
                c = SkipComment();
            }

            if (c != '$' || _expanding)
            {
                return Scan(c);
            }

            if (!Expand(out Token failure))
            {
                return failure;
            }
        }
    }

    private Token Scan(int c)
    {
        if (c is '"' or '\'')
        {
            return Quoted(c);
        }

        if (c == '-' || IsDigit(c))
        {
            if (Number(ref c) is { } number)
            {
                return number;
            }
        }

        if (IsLetterOrDigit(c) || (c > 0 && Keywords.WordOpeners.Contains((char)c, StringComparison.Ordinal)))
        {
            return Word(c);
        }

        switch (c)
        {
            case End:
                return Make(TokenKind.End, "");
            case '\n':
                _line = _includes.Current.Line++;
                return Make(TokenKind.Newline, "");
            case 0:
                return Fail("syntax error", "The file has a NUL byte here.");
            default:
                return Make(TokenKind.Symbol, ((char)c).ToString());
        }
    }

    private int SkipBlanks()
    {
        int c;
        do
        {
            c = ReadJoined();
        }
        while (c is ' ' or '\t');
        return c;
    }

    private int SkipComment()
    {
        int c;
        do
        {
            c = ReadJoined();
        }
        while (c is not ('\n' or End));
        return c;
    }

    /// <summary>Reads the name behind <c>$</c> and puts the macro's value in front of what comes next.</summary>
    private bool Expand(out Token failure)
    {
        failure = default;
        int c = ReadJoined();
        while (IsLetterOrDigit(c) || c == '_')
        {
            if (_length == LongestQuoted)
            {
                failure = Fail("string too long");
                return false;
            }

            _text[_length++] = (char)c;
            c = ReadJoined();
        }

        if (c == End)
        {
            failure = Make(TokenKind.End, "");
            return false;
        }

        Unread(c);
        string name = new(_text, 0, _length);
        if (_macros.Use(name) is not { } value)
        {
            string? nearest = _macros.Nearest(name);
            failure = Fail($"macro '{name}' not defined", nearest is null ? $"Define it above: {name} = \"value\"" : $"Did you mean ${nearest}?");
            return false;
        }

        _macroOffset = _offset;
        _macro = name;
        _isLastFromFile = false;
        Unread(ExpansionEnds);
        for (int i = value.Length - 1; i >= 0; i--)
        {
            Unread(value[i]);
        }

        Unread(ExpansionBegins);
        return true;
    }

    private Token Quoted(int quote)
    {
        Position begins = Here;
        string? macro = _expanding ? _macro : null;
        bool isLong = false;
        while (true)
        {
            int c = ReadQuoted(quote);
            isLong |= c == '\n';
            if (c == quote)
            {
                return Make(TokenKind.Text, new string(_text, 0, _length)) with { IsQuoted = true };
            }

            if (c == '\\')
            {
                int next = ReadQuoted(quote);
                if (next == quote || next is ' ' or '\t' or '\n')
                {
                    c = next;
                }
                else if (next != End)
                {
                    Unread(next);
                }
                else
                {
                    c = End;
                }
            }

            switch (c)
            {
                case '\n':
                    _includes.Current.Line++;
                    if (isLong)
                    {
                        _longStrings.Add(begins, _includes.Current.Line, (char)quote, macro);
                    }

                    continue;
                case End:
                    return Make(TokenKind.Invalid, "");
                case 0:
                    return Fail("syntax error", "The string has a NUL byte.");
                default:
                    break;
            }

            if (_length == LongestQuoted)
            {
                return Fail("string too long", $"A string has at most {LongestQuoted} bytes.");
            }

            _text[_length++] = (char)c;
        }
    }

    /// <summary>A number, or null where the digits begin a word; <paramref name="c"/> is then the first of them again.</summary>
    private Token? Number(ref int c)
    {
        int first = c;
        do
        {
            if (_length == LongestWord)
            {
                return Fail("string too long");
            }

            _text[_length++] = (char)c;
            c = ReadJoined();
        }
        while (IsDigit(c));

        Unread(c);
        bool isAlone = c is End or (>= '\t' and <= '\r') or ' ' or ')' or ',' or '/' or '}' or '=';
        if (isAlone && (first != '-' || _length > 1))
        {
            return Convert(new string(_text, 0, _length));
        }

        while (_length > 1)
        {
            Unread(_text[--_length]);
        }

        _length = 0;
        c = first;
        return first == '-' ? Make(TokenKind.Symbol, "-") : null;
    }

    private Token Convert(string digits)
    {
        return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? new Token(TokenKind.Number, digits, number, Here)
            : Fail($"\"{digits}\" invalid number: {(digits[0] == '-' ? "too small" : "too large")}");
    }

    private Token Word(int c)
    {
        do
        {
            if (_length == LongestWord)
            {
                return Fail("string too long", $"A word has at most {LongestWord} bytes.");
            }

            _text[_length++] = (char)c;
            c = ReadJoined();
        }
        while (IsInWord(c));

        Unread(c);
        ReadOnlySpan<char> word = _text.AsSpan(0, _length);
        return Keywords.Find(word, out string? keyword) ? Make(TokenKind.Keyword, keyword!) : Make(TokenKind.Text, word.ToString());
    }

    private Token Make(TokenKind kind, string text) => new(kind, text, 0, Here);

    /// <summary>Reports a mistake and skips to the end of the line, which remains to be read.</summary>
    private Token Fail(string message, string? remedy = null)
    {
        Position place = Here;
        _diagnostics.Error(place, message, RemedyOfString(place) ?? remedy);
        if (SkipComment() == '\n')
        {
            Unread('\n');
        }

        return new Token(TokenKind.Invalid, "", 0, place);
    }

    /// <summary>A character outside quotes: lines are joined, other escapes resolved, files begun and ended.</summary>
    private int ReadJoined()
    {
        int c = Read();
        while (c == '\\')
        {
            c = Read();
            if (c != '\n')
            {
                break;
            }

            _line = _includes.Current.Line++;
            c = Read();
        }

        if (c != End)
        {
            return c;
        }

        if (!_includes.Current.HasEnded)
        {
            _includes.Current.HasEnded = true;
            return '\n';
        }

        while (c == End && _includes.Leave())
        {
            c = Read();
        }

        return c;
    }

    /// <summary>A character between quotes; at the end of a file the quote that is missing.</summary>
    private int ReadQuoted(int quote)
    {
        int c = Read();
        if (c != End)
        {
            return c;
        }

        _diagnostics.Error(Here, "reached end of file while parsing quoted string", RemedyOfString(Here) ?? $"A string begins here: put its closing {(char)quote} where it ends.");
        return _includes.Leave() ? quote : End;
    }

    private int Read()
    {
        Includes.Input input = _includes.Current;
        while (input.Pushed.TryPop(out int c))
        {
            _isLastFromFile = false;
            if (c < ExpansionBegins)
            {
                return c;
            }

            _expanding = c == ExpansionBegins;
        }

        if (input.Offset == input.Source.Length)
        {
            _isLastFromFile = false;
            return End;
        }

        _isLastFromFile = true;
        return input.Source[input.Offset++];
    }

    private void Unread(int c)
    {
        Includes.Input input = _includes.Current;
        if (c == End)
        {
            return;
        }

        if (_isLastFromFile)
        {
            input.Offset--;
            _isLastFromFile = false;
            return;
        }

        input.Pushed.Push(c);
    }

    private void MarkPlace()
    {
        Includes.Input input = _includes.Current;
        _offset = _expanding ? _macroOffset : _isLastFromFile ? input.Offset - 1 : input.Offset;
    }

    private static bool IsDigit(int c) => c is >= '0' and <= '9';

    private static bool IsLetterOrDigit(int c) => IsDigit(c) || c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    /// <summary>Letters, digits and ASCII punctuation but that which structures the language.</summary>
    private bool IsInWord(int c) => c is > ' ' and < 127 && !Keywords.Structure.Contains((char)c, StringComparison.Ordinal);
}
