using System;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>Media types: <c>types</c> and <c>default type</c>.</summary>
internal static class MediaGrammar
{
    /// <summary>"default" "type" media</summary>
    public static MediaType? DefaultType(TokenReader reader)
    {
        reader.ExpectKeyword("default");
        reader.ExpectKeyword("type");
        return Media(reader);
    }

    /// <summary>"types" "{" line newline { line newline } "}"</summary>
    public static void Types(LoadState state)
    {
        TokenReader reader = state.Reader;
        reader.ExpectKeyword("types");
        reader.ExpectSymbol('{');
        if (reader.Failed)
        {
            return;
        }

        int depth = reader.Depth;
        _ = reader.TakeNewlines();
        do
        {
            Line(state);
            reader.ExpectNewline();
            if (reader.Failed)
            {
                reader.Recover(depth);
            }

            _ = reader.TakeNewlines();
        }
        while (reader.Peek().Kind != TokenKind.End && !reader.Peek().IsSymbol('}'));

        reader.ExpectSymbol('}');
    }

    /// <summary>media [ "{" "cache" string "}" ] extension { extension } [ ";" ], or an include</summary>
    private static void Line(LoadState state)
    {
        TokenReader reader = state.Reader;
        if (reader.Peek().IsKeyword("include"))
        {
            HttpdGrammar.Include(state);
            return;
        }

        MediaType? type = Media(reader);
        string? cache = null;
        if (reader.Peek().IsSymbol('{'))
        {
            state.Note("types cache", reader.Previous);
            cache = Cache(reader);
        }

        do
        {
            string extension = Extension(reader);
            if (!reader.Failed && type is not null)
            {
                state.MediaTypes.Add(new MediaTypeLine(extension, type, cache));
            }
        }
        while (reader.Peek().Kind is TokenKind.Text or TokenKind.Number);

        _ = reader.TakeSymbol(';');
    }

    private static string Extension(TokenReader reader)
    {
        string extension = reader.Peek().Kind == TokenKind.Number ? reader.Take().Text : reader.ExpectText("an extension");
        if (extension.Length > Limits.Extension)
        {
            reader.Error(reader.Previous, "media name too long", $"An extension may have {Limits.Extension} bytes.");
        }

        return extension;
    }

    private static string Cache(TokenReader reader)
    {
        reader.ExpectSymbol('{');
        if (!reader.Peek().IsSymbol('}') && !string.Equals(reader.ExpectText("cache"), "cache", StringComparison.Ordinal))
        {
            reader.SyntaxError("Braces behind a type hold: cache \"value of Cache-Control\"");
        }

        string value = Strings.Read(reader, "the value of Cache-Control", Limits.HeaderValue, "header value truncated");
        OptionGrammar.CheckFieldValue(reader, value);
        reader.ExpectSymbol('}');
        return value;
    }

    /// <summary>type "/" subtype</summary>
    private static MediaType? Media(TokenReader reader)
    {
        string type = reader.ExpectText("a media type such as text/html");
        reader.ExpectSymbol('/');
        string subtype = reader.ExpectText("the part of a media type behind the slash");
        if (type.Length > Limits.MediaType || subtype.Length > Limits.MediaType)
        {
            reader.Error("media type too long", $"Each part may have {Limits.MediaType} bytes.");
        }

        return reader.Failed ? null : new MediaType(type, subtype);
    }
}
