using System;
using System.Linq;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>A protocol as it is read.</summary>
internal sealed class ProtocolDraft(int id, string name, ProtocolType type, Position position)
{
    public int Id { get; } = id;

    public string Name { get; } = name;

    public ProtocolType Type { get; } = type;

    /// <summary>Where its name stands.</summary>
    public Position Position { get; } = position;

    /// <summary>Whether a relay names it.</summary>
    public bool IsUsed { get; set; }

    public TcpOptions Tcp { get; set; } = TcpOptions.None;

    public bool Splice { get; set; } = true;

    public RelayTlsDraft Tls { get; } = new();

    public HttpOptions Http { get; set; } = HttpOptions.Default;

    public ErrorPageStyle? ErrorPage { get; set; }

    public TimeSpan? Maintenance { get; set; }

    public JoinedRules Rules { get; } = new();

    public Protocol Resolve(ResolvedRules rules) => new()
    {
        Id = Id,
        Name = Name,
        Type = Type,
        Tcp = Tcp,
        Splice = Splice,
        Tls = Tls.Options,
        Http = Http,
        ErrorPage = ErrorPage,
        Maintenance = Maintenance,
        Rules = rules.Resolve(Rules),
    };
}

/// <summary>PROTOCOLS of relayd.conf(5) (R-PROTO-01 to -06, R-RELAY-50 to -56).</summary>
internal sealed class ProtocolGrammar(LoadState state)
{
    private const string Options = "A protocol takes: tcp, tls, http, return error, return maintenance, include, and rules that begin with pass, block or match";

    private readonly TokenReader _reader = state.Reader;
    private readonly RuleGrammar _rules = new(state);

    /// <summary>"protocol" string [ "{" [ options ] "}" ], behind the type</summary>
    public void Protocol(ProtocolType type)
    {
        _reader.ExpectKeyword("protocol");
        string name = Strings.Read(_reader, "the name of a protocol", Limits.ProtocolName, "protocol name truncated");
        ProtocolDraft draft = new(state.Protocols.Count + 1, name, type, _reader.Previous);
        if (name is "default" || state.Protocols.Exists(other => string.Equals(other.Name, name, StringComparison.Ordinal)))
        {
            _reader.Error(_reader.Previous, $"protocol {name} defined twice", name is "default" ? "This is the name of the built-in protocol." : "Give it another name.");
        }

        if (_reader.Failed)
        {
            return;
        }

        // Known from here on: a mistake inside is no reason for another message where a relay names it.
        state.Protocols.Add(draft);
        int errors = state.Diagnostics.Errors;
        Body(draft);
        if (state.Diagnostics.Errors == errors)
        {
            Check(draft);
        }
    }

    private void Body(ProtocolDraft draft)
    {
        if (!_reader.Peek().IsSymbol('{'))
        {
            return;
        }

        Position brace = _reader.Peek().Position;
        Blocks.Read(_reader, () =>
        {
            // Only braces with nothing at all between them may be empty.
            bool isEmpty = _reader.Peek().IsSymbol('}') && _reader.Previous == brace;
            if (!isEmpty)
            {
                Option(draft);
            }
        });
    }

    private void Option(ProtocolDraft draft)
    {
        Token token = _reader.Peek();
        switch (token.Kind == TokenKind.Keyword ? token.Text : "")
        {
            case "include":
                RelaydGrammar.Include(_reader);
                break;
            case "tcp":
                _ = _reader.Take();
                Only(draft, [ProtocolType.Tcp, ProtocolType.Http], "can set tcp options only for tcp or http protocols");
                OptionList.Read(_reader, () => Tcp(draft));
                break;
            case "tls":
                _ = _reader.Take();
                Only(draft, [ProtocolType.Tcp, ProtocolType.Http], "can set tls options only for tcp or http protocols");
                OptionList.Read(_reader, () => RelayTlsGrammar.Read(_reader, draft.Tls));
                break;
            case "http":
                _ = _reader.Take();
                Only(draft, [ProtocolType.Http], "can set http options only for http protocol");
                OptionList.Read(_reader, () => draft.Http = Http(draft.Http));
                break;
            case "return":
                Return(draft);
                break;
            case "pass" or "block" or "match":
                _rules.Rule(draft.Rules);
                break;
            default:
                _reader.SyntaxError(OldSyntax.InProtocol(token.Text) ?? Options);
                break;
        }
    }

    private void Tcp(ProtocolDraft draft)
    {
        if (_reader.TakeKeyword("splice"))
        {
            draft.Splice = true;
        }
        else if (!_reader.TakeKeyword("no"))
        {
            draft.Tcp = draft.Tcp.Read(_reader, Limits.Backlog, "[no] splice, ");
        }
        else if (_reader.TakeKeyword("splice"))
        {
            draft.Splice = false;
        }
        else
        {
            draft.Tcp = draft.Tcp.ReadNo(_reader);
        }
    }

    /// <summary>"headerlen" number | "request" "id" [ "header" string ] | [ "no" ] ( "forwarded" | "reuse" | "websockets" )</summary>
    private HttpOptions Http(HttpOptions http)
    {
        if (_reader.TakeKeyword("headerlen"))
        {
            int length = (int)Numbers.Read(_reader, "The length of a head in bytes", 0, Limits.HeaderLength, "invalid headerlen: {0}");
            return http with { HeaderLengthBytes = length };
        }

        if (_reader.TakeKeyword("request"))
        {
            return http with { RequestIdField = RequestId() };
        }

        bool no = _reader.TakeKeyword("no");
        if (_reader.TakeWord("reuse"))
        {
            return http with { Reuse = !no };
        }

        if (_reader.TakeWord("forwarded"))
        {
            return http with { Forwarded = !no };
        }

        if (!_reader.TakeKeyword("websockets"))
        {
            _reader.SyntaxError("http takes: headerlen, request id, and with or without no before it: forwarded, reuse, websockets");
        }

        return http with { WebSockets = !no };
    }

    /// <summary>"id" [ "header" string ], behind "request"</summary>
    private string RequestId()
    {
        if (!_reader.TakeWord("id"))
        {
            _reader.SyntaxError("Here belongs: id");
        }

        if (!_reader.TakeKeyword("header"))
        {
            return "X-Request-ID";
        }

        string name = Strings.Read(_reader, "the name of a field", Limits.RequestIdField, "field name truncated");
        if (!_reader.Failed && !FieldNames.MayWrite(Bytes.Of(name)))
        {
            _reader.Error(_reader.Previous, $"invalid field name: {name}", "A field has letters, digits and a few other characters in its name, and it is none that says where a message ends.");
        }

        return name;
    }

    /// <summary>( "error" [ "style" string, or several in braces, of which the last counts ] | "maintenance" [ "retry" seconds ] ), behind "return"</summary>
    private void Return(ProtocolDraft draft)
    {
        _reader.ExpectKeyword("return");
        if (_reader.TakeWord("maintenance"))
        {
            draft.Maintenance = _reader.TakeKeyword("retry")
                ? TimeSpan.FromSeconds(Numbers.Read(_reader, "retry in seconds", 1, int.MaxValue, "invalid retry value: {0}"))
                : GlobalOptions.DefaultMaintenance;
            return;
        }

        _reader.ExpectKeyword("error");
        draft.ErrorPage ??= new ErrorPageStyle(Style: null);
        if (_reader.Peek().IsKeyword("style") || _reader.Peek().IsSymbol('{'))
        {
            OptionList.Read(_reader, () =>
            {
                _reader.ExpectKeyword("style");
                draft.ErrorPage = new ErrorPageStyle(_reader.ExpectText("the text of a style sheet"));
            });
        }
    }

    private void Check(ProtocolDraft draft)
    {
        CheckTls(draft);
        if (draft.Rules.All().Any(static rule => rule.ServerName is not null))
        {
            // OpenBSD's relayd cannot read it.
            CheckServerNames(draft);
        }
        else if (draft.Type != ProtocolType.Http && draft.Rules.All().Any(rule => rule.Action == RuleAction.Block || rule.ForwardTo is not null))
        {
            WarnOfRules(draft);
        }
    }

    private void CheckTls(ProtocolDraft draft)
    {
        RelayTls tls = draft.Tls.Options;
        if (!draft.Tls.HasVersion)
        {
            _reader.Error("invalid TLS protocol", "tls leaves none of tlsv1.2 and tlsv1.3.");
        }
        else if (tls.Protocols == TlsProtocols.None)
        {
            _reader.Warning($"protocol {draft.Name} speaks no version of TLS that is left", "TLS 1.0, 1.1 and SSL are not spoken any more: allow tlsv1.2 or tlsv1.3.");
        }

        if ((tls.CaCertificate is null) != (tls.CaKey is null))
        {
            (string there, string missing) = tls.CaKey is null ? ("cert", "key") : ("key", "cert");
            _reader.Warning($"protocol {draft.Name} has tls ca {there} and no tls ca {missing}", $"Its relays inspect nothing, and show their own certificates: add ca {missing}, or leave ca {there} out.");
        }
        else if (tls.InspectsInvalid && tls.CaKey is null)
        {
            _reader.Warning($"protocol {draft.Name} has tls inspect-invalid and no authority", "Its relays inspect nothing: add ca cert and ca key, or leave inspect-invalid out.");
        }
    }

    /// <summary>In relays without HTTP OpenBSD's relayd reads rules and forgets them (D-29).</summary>
    private void WarnOfRules(ProtocolDraft draft)
    {
        if (draft.Type == ProtocolType.Dns)
        {
            _reader.Warning($"the rules of protocol {draft.Name} have no effect", "A dns protocol filters nothing.");
            return;
        }

        _reader.Warning(
            $"the rules of protocol {draft.Name} act, which OpenBSD's relayd ignores in tcp protocols",
            "from, to, inet, tagged, sni and forward to count for each connection; write http protocol to look into requests.");
    }

    private void CheckServerNames(ProtocolDraft draft)
    {
        if (draft.Type != ProtocolType.Tcp)
        {
            _reader.Error($"sni in a rule of protocol {draft.Name}", "It looks into TLS that goes through to the hosts, in protocols of the type tcp; the host of a request is in its header \"Host\".");
        }
        else if (draft.Rules.All().Any(static rule => rule is { ServerName: not null, Direction: Direction.Response }))
        {
            _reader.Error($"sni in a rule for responses of protocol {draft.Name}", "Clients say the name: leave response out.");
        }
    }

    private void Only(ProtocolDraft draft, ReadOnlySpan<ProtocolType> types, string message)
    {
        if (!types.Contains(draft.Type))
        {
            _reader.Error(_reader.Previous, message, $"Protocol {draft.Name} is of another type.");
        }
    }
}
