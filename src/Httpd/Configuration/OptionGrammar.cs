using System;
using System.Buffers;
using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Http.Logging;

namespace Sluice.Httpd.Configuration;

/// <summary>What servers and locations say alike.</summary>
internal static class OptionGrammar
{
    private static readonly SearchValues<char> _inToken =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~");

    /// <summary>Reads one option that begins with a keyword; false where another one comes next.</summary>
    /// <param name="state">The load.</param>
    /// <param name="settings">Takes what is said.</param>
    public static bool Read(LoadState state, SettingsDraft settings)
    {
        TokenReader reader = state.Reader;
        Position place = reader.Peek().Position;
        bool isOption = ReadOption(state, settings);
        NoteForms(state, settings, place);
        return isOption;
    }

    private static bool ReadOption(LoadState state, SettingsDraft settings)
    {
        TokenReader reader = state.Reader;
        switch (reader.Peek().Text)
        {
            case "root":
                _ = reader.Take();
                Lists.Read(reader, () => settings.Root = Strings.Read(reader, "a directory", Limits.Path, "document root too long"));
                return true;
            case "directory":
                _ = reader.Take();
                Lists.Read(reader, () => Directory(reader, settings));
                return true;
            case "fastcgi":
                _ = reader.Take();
                FastCgiGrammar.Read(state, settings);
                return true;
            case "log":
                _ = reader.Take();
                Lists.Read(reader, () => LogGrammar.Read(reader, settings));
                return true;
            case "authenticate":
                _ = reader.Take();
                Authenticate(reader, settings);
                return true;
            case "block":
                _ = reader.Take();
                settings.Block = Choice<Block>.Of(Block(reader));
                return true;
            case "pass":
                _ = reader.Take();
                Pass(reader, settings);
                return true;
            case "request":
                _ = reader.Take();
                Lists.Read(reader, () => Request(reader, settings));
                return true;
            case "gzip-static":
                _ = reader.Take();
                settings.GzipStatic = true;
                return true;
            case "default":
                settings.DefaultType = MediaGrammar.DefaultType(reader);
                return true;
            case "header":
                _ = reader.Take();
                Header(reader, settings);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads what follows <c>no</c>; false where another option comes next.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="settings">Takes what is said.</param>
    public static bool ReadNo(TokenReader reader, SettingsDraft settings)
    {
        if (reader.TakeKeyword("fastcgi"))
        {
            settings.FastCgi = Choice<FastCgi>.No;
        }
        else if (reader.TakeKeyword("log"))
        {
            settings.IsLogged = false;
        }
        else if (reader.TakeKeyword("authenticate"))
        {
            // It exempts from what is inherited; what the block itself asks for stays (H-LOC-17).
            settings.Authentication = settings.Authentication.Value is null ? Choice<Authentication>.No : settings.Authentication;
        }
        else if (reader.TakeKeyword("gzip-static"))
        {
            settings.GzipStatic = false;
        }
        else
        {
            return NoticeGrammar.ReadNo(reader, settings);
        }

        return true;
    }

    /// <summary>"errdocs" string</summary>
    public static string ErrorDocuments(TokenReader reader)
    {
        reader.ExpectKeyword("errdocs");
        return Strings.Read(reader, "a directory", Limits.ErrorDocuments, "errdoc root path too long");
    }

    /// <summary>An address or network in CIDR form, for the additions that trust or filter.</summary>
    public static void Network(TokenReader reader, List<Prefix> networks)
    {
        string? remedy = reader.Peek().Text.StartsWith('>')
            ? "Name the proxies in trusted-proxies: from then sees the client that X-Forwarded-For tells."
            : null;
        Networks.Read(reader, networks, remedy);
    }

    /// <summary>A value that would end its line early is refused (H-HTTP-53).</summary>
    public static void CheckFieldValue(TokenReader reader, string value)
    {
        if (value.AsSpan().IndexOfAnyInRange('\0', '\b') >= 0 || value.AsSpan().IndexOfAnyInRange('\n', '\u001f') >= 0 || value.Contains('\u007f', StringComparison.Ordinal))
        {
            reader.Error(reader.Previous, "invalid header value", "A value holds no control characters.");
        }
    }

    /// <summary>Remembers forms of an option that have a name of their own.</summary>
    private static void NoteForms(LoadState state, SettingsDraft settings, Position place)
    {
        string? form = settings switch
        {
            { AutoIndex: true } when !state.Uses.ContainsKey("directory auto index") => "directory auto index",
            { Rewrite.Value: not null } when !state.Uses.ContainsKey("request rewrite") => "request rewrite",
            { Strip: > 0 } when !state.Uses.ContainsKey("request strip") => "request strip",
            { LogStyle: LogStyle.Connection } => "log style connection",
            { LogStyle: LogStyle.Forwarded } => "log style forwarded",
            { LogStyle: LogStyle.Json } => "log json",
            { PassChunked: true } => "pass chunked",
            _ => null,
        };
        if (form is not null)
        {
            state.Note(form, place);
        }
    }

    /// <summary>"index" ( string | "{" strings "}" ) | "no" "index" | [ "no" ] "auto" "index"</summary>
    private static void Directory(TokenReader reader, SettingsDraft settings)
    {
        const string Known = "directory takes: index \"name\", no index, auto index, no auto index";
        if (reader.TakeKeyword("index"))
        {
            List<string> names = [];
            Lists.Read(reader, () => names.Add(Strings.Read(reader, "the name of a file", Limits.Path, "index file too long")));
            settings.Index = [.. names];
            return;
        }

        bool no = reader.TakeKeyword("no");
        if (reader.TakeKeyword("auto"))
        {
            reader.ExpectKeyword("index");
            settings.AutoIndex = !no;
        }
        else if (no && reader.TakeKeyword("index"))
        {
            settings.Index = [];
        }
        else
        {
            reader.SyntaxError(Known);
        }
    }

    /// <summary>"authenticate" [ string ] "with" string</summary>
    private static void Authenticate(TokenReader reader, SettingsDraft settings)
    {
        string realm = "";
        if (reader.Peek().Kind == TokenKind.Text)
        {
            realm = Strings.Read(reader, "the realm", Limits.Realm, "basic auth realm name too long");
        }

        reader.ExpectKeyword("with");
        string file = Strings.Read(reader, "the path of a password file", Limits.Path, "password file name too long");
        settings.Authentication = Choice<Authentication>.Of(new Authentication(realm, file));
    }

    /// <summary>"block" [ "drop" | "return" number [ string ] ]</summary>
    private static Block Block(TokenReader reader)
    {
        if (reader.TakeKeyword("drop"))
        {
            return new Block(BlockAction.Drop);
        }

        if (!reader.TakeKeyword("return"))
        {
            return new Block(BlockAction.Return);
        }

        long code = reader.ExpectNumber("a status code");
        string? uri = reader.Peek().Kind == TokenKind.Text ? reader.Take().Text : null;
        if (!ReturnCodes.IsKnown(code))
        {
            reader.Error($"invalid return code: {code}", "A code of HTTP such as 301, 403 or 404.");
        }
        else if (uri is not null && code is < 300 or > 399)
        {
            reader.Error("invalid return code for location URI", "Only codes from 300 to 399 send the client elsewhere.");
        }

        return new Block(BlockAction.Return, reader.Failed ? 403 : (int)code, uri);
    }

    /// <summary>"pass" [ "chunked" ]</summary>
    private static void Pass(TokenReader reader, SettingsDraft settings)
    {
        if (reader.Peek() is { Kind: TokenKind.Text, Text: "chunked" })
        {
            _ = reader.Take();
            settings.PassChunked = true;
            return;
        }

        settings.Block = Choice<Block>.No;
    }

    /// <summary>"rewrite" string | "no" "rewrite" | "strip" number</summary>
    private static void Request(TokenReader reader, SettingsDraft settings)
    {
        if (reader.TakeKeyword("rewrite"))
        {
            settings.Rewrite = Choice<string>.Of(Strings.Read(reader, "a path", Limits.Path, "request path too long"));
        }
        else if (reader.TakeKeyword("no"))
        {
            reader.ExpectKeyword("rewrite");
            settings.Rewrite = Choice<string>.No;
        }
        else if (reader.TakeKeyword("strip"))
        {
            settings.Strip = (int)Numbers.Read(reader, "strip", 0, int.MaxValue, "invalid strip number");
        }
        else
        {
            reader.SyntaxError("request takes: rewrite, no rewrite, strip");
        }
    }

    /// <summary>"header" ( ( "set" | "add" ) string string | "remove" string ) [ "always" ]</summary>
    private static void Header(TokenReader reader, SettingsDraft settings)
    {
        HeaderAction action = HeaderAction.Remove;
        if (reader.TakeKeyword("set"))
        {
            action = HeaderAction.Set;
        }
        else if (reader.TakeKeyword("add"))
        {
            action = HeaderAction.Add;
        }
        else if (!reader.TakeKeyword("remove"))
        {
            reader.SyntaxError("header takes: set, add, remove");
        }

        string name = Strings.Read(reader, "the name of a field", Limits.HeaderName, "header name truncated");
        CheckFieldName(reader, name);
        string value = "";
        if (action != HeaderAction.Remove)
        {
            value = Strings.Read(reader, "the value of a field", Limits.HeaderValue, "header value truncated");
            CheckFieldValue(reader, value);
        }

        settings.Headers.Add(new HeaderRule(action, name, value, reader.TakeKeyword("always")));
    }

    private static void CheckFieldName(TokenReader reader, string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(_inToken))
        {
            reader.Error(reader.Previous, $"invalid header name: {name}", "A name is a token of RFC 9110 5.6.2: letters, digits, hyphens.");
        }
    }
}
