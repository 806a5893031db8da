using System;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>The top level of httpd.conf(5): macros, global options, types; servers are <see cref="ServerGrammar"/>.</summary>
internal sealed class HttpdGrammar(LoadState state)
{
    private static readonly string[] _beginnings =
    [
        "include", "prefork", "chroot", "logdir", "errdocs", "no banner", "default type", "types", "trusted-proxies", "server",
    ];

    private static readonly string _statements = $"A file consists of: name = \"value\", {string.Join(", ", _beginnings)}";

    private readonly TokenReader _reader = state.Reader;
    private readonly ServerGrammar _servers = new(state);

    /// <summary>file = { [ statement ] newline }</summary>
    public void File() => Blocks.ReadFile(_reader, Statement);

    private void Statement()
    {
        Token token = _reader.Peek();
        switch (token.Kind)
        {
            case TokenKind.Text:
                MacroOrTrustedProxies();
                return;
            case TokenKind.Keyword:
                Keyword(token);
                return;
            default:
                _reader.SyntaxError(token.IsSymbol('}') ? "This brace closes nothing." : _statements);
                return;
        }
    }

    private void Keyword(Token token)
    {
        switch (token.Text)
        {
            case "include":
                Include(state);
                break;
            case "prefork":
                Prefork();
                break;
            case "chroot":
                Chroot();
                break;
            case "logdir":
                LogDirectory();
                break;
            case "errdocs":
                state.Note("errdocs", token.Position);
                state.ErrorDocuments = OptionGrammar.ErrorDocuments(_reader);
                WarnIfLate("errdocs concerns the servers below it");
                break;
            case "no":
                NoBanner();
                break;
            case "default":
                state.DefaultType = MediaGrammar.DefaultType(_reader) ?? state.DefaultType;
                break;
            case "types":
                MediaGrammar.Types(state);
                break;
            case "server":
                _servers.Server();
                break;
            default:
                _reader.SyntaxError(_statements);
                break;
        }
    }

    /// <summary>include = "include" ( string | "{" string … "}" ); the list expands braces, a plain string does not.</summary>
    public static void Include(LoadState state)
    {
        TokenReader reader = state.Reader;
        reader.ExpectKeyword("include");
        if (!reader.Peek().IsSymbol('{'))
        {
            reader.Include(reader.ExpectText("the path of a file"));
            return;
        }

        reader.Include(Braces.ReadList(reader, "the path of a file"));
    }

    /// <summary>name = value; or the addition: trusted-proxies network { , network }</summary>
    private void MacroOrTrustedProxies()
    {
        string name = _reader.Take().Text;
        Position place = _reader.Previous;
        if (!_reader.TakeSymbol('='))
        {
            if (string.Equals(name, "trusted-proxies", StringComparison.Ordinal))
            {
                state.Note(name, place);
                Lists.Read(_reader, () => OptionGrammar.Network(_reader, state.TrustedProxies));
                return;
            }

            string? nearest = Spelling.Nearest(name, _beginnings);
            _reader.SyntaxError(nearest is null ? _statements : $"Did you mean {nearest}?");
            return;
        }

        state.Macros.ReadDefinition(_reader, name, place);
    }

    private void Prefork()
    {
        _reader.ExpectKeyword("prefork");
        if (!state.HasServer)
        {
            state.Prefork = (int)Numbers.Read(_reader, "prefork", 1, Limits.Prefork, "invalid number of preforked servers: {0}");
            return;
        }

        long number = _reader.ExpectNumber("the number of servers");
        if (number is >= 1 and <= Limits.Prefork)
        {
            state.Prefork = (int)number;
            WarnIfLate("prefork is taken although it stands behind a server, where OpenBSD's httpd does not see it");
        }
        else
        {
            WarnIfLate($"prefork {number} behind a server is ignored");
        }
    }

    private void Chroot()
    {
        _reader.ExpectKeyword("chroot");
        state.Chroot = Strings.Read(_reader, "a directory", Limits.Path, "chroot path too long");
        WarnIfLate("chroot is taken although it stands behind a server, where OpenBSD's httpd does not see it");
    }

    private void LogDirectory()
    {
        _reader.ExpectKeyword("logdir");
        state.LogDirectory = Strings.Read(_reader, "a directory", Limits.Path, "logdir path too long");
    }

    private void NoBanner()
    {
        _reader.ExpectKeyword("no");
        _reader.ExpectKeyword("banner");
        if (!_reader.Failed)
        {
            state.Banner = false;
            WarnIfLate("no banner concerns the servers below it");
        }
    }

    private void WarnIfLate(string message)
    {
        if (state.HasServer)
        {
            _reader.Warning(message, "Move the line above the first server.");
        }
    }
}
