using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Configuration;

public sealed class LexerTests
{
    private static readonly Keywords _keywords = new(["server", "no"]);

    [Theory]
    [InlineData("a b", "Text:a Text:b Newline:")]
    [InlineData("server 'server'", "Keyword:server Text:server Newline:")]
    [InlineData("80 80a -5 - -x", "Number:80 Text:80a Number:-5 Symbol:- Symbol:- Text:x Newline:")]
    [InlineData("80}80,80=80/80)", "Number:80 Symbol:} Number:80 Symbol:, Number:80 Symbol:= Number:80 Symbol:/ Number:80 Symbol:) Newline:")]
    [InlineData("a\\\nb", "Text:ab Newline:")]
    [InlineData("ser\\ver", "Keyword:server Newline:")]
    [InlineData("a#b\nc", "Text:a Newline: Text:c Newline:")]
    [InlineData("# a \\\nb\nc", "Newline: Text:c Newline:")]
    [InlineData("\"a\\\"b\"", "Text:a\"b Newline:")]
    [InlineData("\"a\\nb\"", "Text:a\\nb Newline:")]
    [InlineData("\"a\\ b\"", "Text:a b Newline:")]
    [InlineData("\"a\\\nb\nc\"", "Text:abc Newline:")]
    [InlineData("'it\"s'", "Text:it\"s Newline:")]
    [InlineData(":a_b.c-d:e*f?g[h]i$j%k&l'm\"n@o^p~q+r|s`t", "Text::a_b.c-d:e*f?g[h]i$j%k&l'm\"n@o^p~q+r|s`t Newline:")]
    [InlineData("/a", "Symbol:/ Text:a Newline:")]
    [InlineData("*", "Text:* Newline:")]
    [InlineData("a\r", "Text:a Symbol:\r Newline:")]
    public void Text_is_cut_as_upstream_cuts_it(string text, string tokens) => Assert.Equal(tokens, Cut(text));

    [Theory]
    [InlineData("x = 'a b'\n$x", "Text:a Text:b Newline:")]
    [InlineData("x = '\"/a b\"'\n$x", "Text:/a b Newline:")]
    [InlineData("x = '$y'\n$x", "Symbol:$ Text:y Newline:")]
    [InlineData("x = 'a'\n$x$x", "Text:a$x Newline:")]
    [InlineData("x = 'a'\n\"$x\"", "Text:$x Newline:")]
    [InlineData("x = ''\n$x", "Newline:")]
    public void A_macro_is_lexed_again_where_it_is_used(string text, string tokens) => Assert.Equal(tokens, Cut(text.Split('\n')[1], Defined(text)));

    [Theory]
    [InlineData("\"a", "reached end of file while parsing quoted string")]
    [InlineData("\"a\0\"", "syntax error")]
    [InlineData("a \0", "syntax error")]
    [InlineData("$x", "macro 'x' not defined")]
    [InlineData("9223372036854775808", "\"9223372036854775808\" invalid number: too large")]
    [InlineData("-9223372036854775809", "\"-9223372036854775809\" invalid number: too small")]
    public void A_mistake_is_one_invalid_token(string text, string message)
    {
        Diagnostics diagnostics = new();
        _ = All(text, new Macros(), diagnostics);
        Assert.Equal(message, Assert.Single(diagnostics.Found).Message);
    }

    [Fact]
    public void A_string_of_8094_bytes_is_accepted() => Assert.StartsWith("Text:aaa", Cut($"\"{new string('a', 8094)}\""), System.StringComparison.Ordinal);

    [Fact]
    public void A_string_of_8095_bytes_is_too_long() => Assert.StartsWith("Invalid:", Cut($"\"{new string('a', 8095)}\""), System.StringComparison.Ordinal);

    [Fact]
    public void A_word_of_8095_bytes_is_accepted() => Assert.StartsWith("Text:aaa", Cut(new string('a', 8095)), System.StringComparison.Ordinal);

    [Fact]
    public void A_word_of_8096_bytes_is_too_long() => Assert.StartsWith("Invalid:", Cut(new string('a', 8096)), System.StringComparison.Ordinal);

    [Fact]
    public void Joined_lines_and_newlines_in_strings_count_as_lines()
    {
        List<Token> tokens = All("a \\\nb \"c\nd\" e\nf", new Macros(), new Diagnostics());
        Assert.Equal([1, 2, 2, 3, 3, 4, 4], tokens.Select(token => token.Position.Line));
    }

    private static string Cut(string text) => Cut(text, new Macros());

    private static string Cut(string text, Macros macros) =>
        string.Join(' ', All(text, macros, new Diagnostics()).Select(token => $"{token.Kind}:{token.Text}"));

    private static Macros Defined(string text)
    {
        Macros macros = new();
        macros.Define("x", text.Split('\n')[0][5..^1], default);
        return macros;
    }

    private static List<Token> All(string text, Macros macros, Diagnostics diagnostics)
    {
        Lexer lexer = new(new SourceText("test", Encoding.Latin1.GetBytes(text)), _keywords, macros, new StubHost(), diagnostics);
        List<Token> tokens = [];
        for (Token token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            tokens.Add(token);
        }

        return tokens;
    }
}
