using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>The top level of relayd.conf(5): macros, includes, global options, and the sections.</summary>
internal sealed class RelaydGrammar(LoadState state)
{
    private static readonly string[] _beginnings =
    [
        "include", "interval", "timeout", "prefork", "socket", "agentx", "log", "trusted-proxies", "table", "redirect", "relay", "protocol", "router",
    ];

    private static readonly string _statements = $"A file consists of: name = \"value\", {string.Join(", ", _beginnings)}";

    private readonly TokenReader _reader = state.Reader;
    private readonly GlobalGrammar _globals = new(state);
    private readonly TableGrammar _tables = new(state);
    private readonly RedirectGrammar _redirects = new(state);
    private readonly ProtocolGrammar _protocols = new(state);
    private readonly RelayGrammar _relays = new(state);
    private readonly RouterGrammar _routers = new(state);

    /// <summary>The whole file.</summary>
    public void File() => Blocks.ReadFile(_reader, Statement);

    /// <summary>"include" string, at the top level and in the blocks of sections</summary>
    public static void Include(TokenReader reader)
    {
        reader.ExpectKeyword("include");
        reader.Include(reader.ExpectText("the path of a file"));
    }

    private void Statement()
    {
        Token token = _reader.Peek();
        switch (token.Kind)
        {
            case TokenKind.Text:
                MacroOrProtocol();
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
        if (token.Text is "include")
        {
            Include(_reader);
            return;
        }

        if (_globals.Read())
        {
            return;
        }

        state.HasSection = true;
        switch (token.Text)
        {
            case "table":
                _tables.Table();
                break;
            case "redirect":
                _redirects.Redirect();
                break;
            case "protocol":
                _protocols.Protocol(ProtocolType.Tcp);
                break;
            case "tcp":
                _ = _reader.Take();
                _protocols.Protocol(ProtocolType.Tcp);
                break;
            case "http":
                _ = _reader.Take();
                _protocols.Protocol(ProtocolType.Http);
                break;
            case "relay":
                _relays.Relay();
                break;
            case "router":
                _routers.Router();
                break;
            default:
                Stray(_reader.Take());
                break;
        }
    }

    /// <summary>A keyword that begins nothing.</summary>
    private void Stray(Token keyword)
    {
        string? reserved = _reader.Peek().IsSymbol('=')
            ? $"{keyword.Text} is a reserved word: give the macro another name, or put the name in quotes."
            : null;
        _reader.Error(keyword.Position, "syntax error", reserved ?? OldSyntax.AtTopLevel(keyword.Text) ?? _statements);
    }

    /// <summary>name = value; or the addition: trusted-proxies networks; or string "protocol" string, where the string is a type that is no keyword.</summary>
    private void MacroOrProtocol()
    {
        Token name = _reader.Take();
        if (_reader.TakeSymbol('='))
        {
            state.Macros.ReadDefinition(_reader, name.Text, name.Position);
            return;
        }

        if (name.Text is "trusted-proxies" && !_reader.Peek().IsKeyword("protocol"))
        {
            Lists.Read(_reader, () => Networks.Read(_reader, state.TrustedProxies));
            return;
        }

        if (!_reader.Peek().IsKeyword("protocol"))
        {
            string? nearest = Spelling.Nearest(name.Text, _beginnings);
            _reader.SyntaxError(OldSyntax.AtTopLevel(name.Text) ?? (nearest is null ? _statements : $"Did you mean {nearest}?"));
            return;
        }

        state.HasSection = true;
        if (name.Text is "dns")
        {
            _protocols.Protocol(ProtocolType.Dns);
            return;
        }

        _reader.Error(name.Position, $"invalid protocol type: {name.Text}", "A type is tcp, http or dns; tcp may be left out.");
    }
}
