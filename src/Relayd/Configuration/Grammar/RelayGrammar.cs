using System;
using System.Collections.Generic;
using System.Net;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>An address that a relay listens on.</summary>
internal readonly record struct RelayListener(IPEndPoint EndPoint, bool Tls, bool ProxyProtocol);

/// <summary>A relay as it is read.</summary>
internal sealed class RelayDraft(string name)
{
    public string Name { get; } = name;

    public List<RelayListener> Listeners { get; } = [];

    /// <summary>Null for the built-in one.</summary>
    public ProtocolDraft? Protocol { get; set; }

    public bool IsDisabled { get; set; }

    /// <summary>Null where none is written.</summary>
    public TimeSpan? SessionTimeout { get; set; }

    public bool ClosesOnHostDown { get; set; }

    public ForwardDraft Forward { get; } = new();
}

/// <summary>RELAYS of relayd.conf(5) (R-RELAY-01 to -18).</summary>
internal sealed class RelayGrammar(LoadState state)
{
    private const string Options =
        "A relay takes: listen on, forward to, forward with tls to, transparent forward to, protocol, session timeout, session close on host down, disable, include";

    private readonly TokenReader _reader = state.Reader;
    private readonly ForwardGrammar _forwards = new(state);
    private readonly RelayChecks _checks = new(state);

    /// <summary>"relay" string "{" options "}"</summary>
    public void Relay()
    {
        int errors = state.Diagnostics.Errors;
        _reader.ExpectKeyword("relay");
        RelayDraft draft = new(Strings.Read(_reader, "the name of a relay", Limits.SectionName, "relay name truncated"));
        Blocks.Read(_reader, () => Option(draft));
        if (state.Diagnostics.Errors == errors && _checks.Accept(draft))
        {
            Finish(draft);
        }
    }

    /// <summary>One relay for each address; those behind the first have its name with their number and port (R-RELAY-03).</summary>
    private void Finish(RelayDraft draft)
    {
        Forwarding forward = draft.Forward.Resolve();
        foreach (RelayListener listener in draft.Listeners)
        {
            int id = state.Relays.Count + 1;
            bool isFirst = listener == draft.Listeners[0];
            Relay relay = new()
            {
                Id = id,
                Name = isFirst ? draft.Name : $"{draft.Name}{id}:{listener.EndPoint.Port}",
                Listen = listener.EndPoint,
                ProxyProtocol = listener.ProxyProtocol,
                ProtocolId = draft.Protocol?.Id ?? 0,
                IsDisabled = draft.IsDisabled,
                SessionTimeout = draft.SessionTimeout ?? (draft.Protocol?.Type == ProtocolType.Dns ? GlobalOptions.DefaultQueryTimeout : GlobalOptions.DefaultSessionTimeout),
                ClosesOnHostDown = draft.ClosesOnHostDown,
                Forward = forward,
            };
            if (!_checks.IsNew(relay) || (listener.Tls && !_checks.FindCertificates(draft, ref relay)))
            {
                return;
            }

            state.Relays.Add(relay);
        }
    }

    private void Option(RelayDraft draft)
    {
        Token token = _reader.Peek();
        switch (token.Kind == TokenKind.Keyword ? token.Text : "")
        {
            case "include":
                RelaydGrammar.Include(_reader);
                break;
            case "listen":
                Listen(draft);
                break;
            case "forward" or "transparent":
                _forwards.Read(draft);
                break;
            case "route":
                _reader.Error("no route for relays", "Only a redirection routes to hosts: write forward to.");
                break;
            case "protocol":
                _ = _reader.Take();
                Protocol(draft);
                break;
            case "session":
                _ = _reader.Take();
                Session(draft);
                break;
            case "disable":
                _ = _reader.Take();
                draft.IsDisabled = true;
                break;
            default:
                _reader.SyntaxError(OldSyntax.InRelay(token.Text) ?? Options);
                break;
        }
    }

    /// <summary>"timeout" number | "close" "on" "host" "down", behind "session"</summary>
    private void Session(RelayDraft draft)
    {
        if (!_reader.TakeWord("close"))
        {
            draft.SessionTimeout = Durations.SessionTimeout(_reader);
            return;
        }

        _reader.ExpectKeyword("on");
        _reader.ExpectKeyword("host");
        if (!_reader.TakeWord("down"))
        {
            _reader.SyntaxError("Here belongs: down");
        }

        draft.ClosesOnHostDown = true;
    }

    /// <summary>"listen" "on" string port [ "tls" ] [ "proxy-protocol" ]</summary>
    private void Listen(RelayDraft draft)
    {
        _reader.ExpectKeyword("listen");
        _reader.ExpectKeyword("on");
        string text = _reader.ExpectText("an address, an interface or a name");
        Position place = _reader.Previous;
        int port = ListenGrammar.Port(_reader, state.Host);
        bool tls = _reader.TakeKeyword("tls");
        if (!tls && _reader.Peek() is { Kind: TokenKind.Text, Text: "ssl" })
        {
            _reader.SyntaxError(OldSyntax.InRelay("ssl"));
        }

        bool proxy = _reader.TakeKeyword("proxy-protocol");
        if (proxy)
        {
            state.ProxyListener ??= place;
        }

        foreach (IPAddress address in ListenGrammar.Listeners(state, text, place, "invalid listen ip"))
        {
            draft.Listeners.Add(new RelayListener(new IPEndPoint(address, port), tls, proxy));
        }
    }

    private void Protocol(RelayDraft draft)
    {
        string name = _reader.ExpectText("the name of a protocol");
        if (_reader.Failed)
        {
            return;
        }

        if (draft.Protocol is not null)
        {
            _reader.Error(_reader.Previous, "more than one protocol specified", "A relay has one.");
            return;
        }

        draft.Protocol = state.Protocols.Find(protocol => string.Equals(protocol.Name, name, StringComparison.Ordinal));
        if (draft.Protocol is null)
        {
            string? nearest = Spelling.Nearest(name, state.Protocols.ConvertAll(protocol => protocol.Name));
            _reader.Error(_reader.Previous, $"no such protocol: {name}", nearest is null ? "Define it above the relay." : $"Did you mean {nearest}?");
            return;
        }

        draft.Protocol.IsUsed = true;
    }
}
