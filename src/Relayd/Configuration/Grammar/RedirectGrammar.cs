using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Daemon.Names;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>A redirection as it is read.</summary>
internal sealed class RedirectDraft(string name)
{
    public string Name { get; } = name;

    public List<VirtualAddress> Listens { get; } = [];

    public TableUse? Table { get; set; }

    public TableUse? Backup { get; set; }

    public string? RouteInterface { get; set; }

    public bool IsSticky { get; set; }

    public List<Prefix> Hairpin { get; } = [];

    public bool IsDisabled { get; set; }

    public string? PacketTag { get; set; }

    public PacketMark? Mark { get; set; }

    public bool AsksOthers { get; set; }

    public TimeSpan SessionTimeout { get; set; } = GlobalOptions.DefaultSessionTimeout;
}

/// <summary>REDIRECTIONS of relayd.conf(5) (R-REDIR-01 to -10).</summary>
internal sealed class RedirectGrammar(LoadState state)
{
    private const string Options =
        "A redirection takes: listen on, forward to, route to, pftag, match pftag, hairpin, sticky-address, session timeout, disable, include";

    private readonly TokenReader _reader = state.Reader;

    /// <summary>"redirect" string "{" options "}"</summary>
    public void Redirect()
    {
        int errors = state.Diagnostics.Errors;
        _reader.ExpectKeyword("redirect");
        string name = Strings.Read(_reader, "the name of a redirection", Limits.RedirectName, "redirection name truncated");
        if (state.Redirects.Exists(other => string.Equals(other.Name, name, StringComparison.Ordinal)))
        {
            _reader.Error(_reader.Previous, $"redirection {name} defined twice", "Give it another name, or put all addresses into one.");
        }

        RedirectDraft draft = new(name);
        Blocks.Read(_reader, () => Option(draft));
        if (state.Diagnostics.Errors == errors)
        {
            Finish(draft);
        }
    }

    private void Finish(RedirectDraft draft)
    {
        if (draft.Table is null)
        {
            _reader.Error($"redirection {draft.Name} has no table", "Write: forward to <name> check tcp");
            return;
        }

        if (draft.Listens.Count == 0)
        {
            _reader.Error($"redirection {draft.Name} has no virtual ip", "Write: listen on ... port ...");
            return;
        }

        if (draft.RouteInterface is not null && draft.Hairpin.Count > 0)
        {
            _reader.Error("superfluous hairpin", "With route to hosts answer their neighbours themselves: leave it out.");
            return;
        }

        if (draft.Backup is not null && PortOf(draft.Backup) != PortOf(draft.Table))
        {
            _reader.Error($"redirection {draft.Name} uses two different ports for its table and backup table", "Give both the same port.");
            return;
        }

        state.Redirects.Add(new Redirect
        {
            Id = state.Redirects.Count + 1,
            Name = draft.Name,
            Listens = [.. draft.Listens],
            Table = draft.Table,
            Backup = draft.Backup,
            RouteInterface = draft.RouteInterface,
            IsSticky = draft.IsSticky,
            Hairpin = [.. draft.Hairpin],
            IsDisabled = draft.IsDisabled,
            PacketTag = draft.PacketTag,
            Mark = draft.Mark,
            AsksOthers = draft.AsksOthers,
            SessionTimeout = draft.SessionTimeout,
        });
    }

    private int PortOf(TableUse use) => state.Tables.All[use.TableId - 1].Port;

    private void Option(RedirectDraft draft)
    {
        if (_reader.TakeWord("hairpin"))
        {
            Lists.Read(_reader, () => Networks.Read(_reader, draft.Hairpin));
            return;
        }

        Token token = _reader.Peek();
        switch (token.Kind == TokenKind.Keyword ? token.Text : "")
        {
            case "include":
                RelaydGrammar.Include(_reader);
                break;
            case "listen":
                Listen(draft);
                break;
            case "forward":
                _ = _reader.Take();
                Forward(draft);
                break;
            case "route":
                _ = _reader.Take();
                Route(draft);
                break;
            case "transparent":
                _reader.Error("no transparent forward here", "A redirection never changes the client's address: leave transparent out.");
                break;
            case "match":
                _ = _reader.Take();
                PacketTag(draft);
                draft.AsksOthers = true;
                break;
            case "pftag":
                PacketTag(draft);
                draft.AsksOthers = false;
                break;
            case "sticky-address":
                _ = _reader.Take();
                draft.IsSticky = true;
                break;
            case "session":
                _ = _reader.Take();
                draft.SessionTimeout = Durations.SessionTimeout(_reader);
                break;
            case "disable":
                _ = _reader.Take();
                draft.IsDisabled = true;
                break;
            default:
                _reader.SyntaxError(OldSyntax.InRedirect(token.Text) ?? Options);
                break;
        }
    }

    /// <summary>"listen" "on" string [ protocol ] port [ "interface" string ] [ "pflog" ]</summary>
    private void Listen(RedirectDraft draft)
    {
        _reader.ExpectKeyword("listen");
        _reader.ExpectKeyword("on");
        string text = _reader.ExpectText("an address, an interface or a name");
        Position place = _reader.Previous;
        int protocol = IpProtocols.Read(_reader);
        PortRange ports = ListenGrammar.Ports(_reader, state.Host);
        string? device = _reader.TakeKeyword("interface") ? _reader.ExpectText("an interface") : null;
        bool isLogged = _reader.TakeKeyword("pflog");
        if (device is not null && (device.Length > Limits.InterfaceName || Addresses.Literal(text) is null))
        {
            string remedy = device.Length > Limits.InterfaceName
                ? $"The name of an interface has at most {Limits.InterfaceName} bytes."
                : "With interface the address is written in numbers.";
            _reader.Error(place, $"invalid virtual ip: {text}", remedy);
        }

        foreach (IPAddress address in ListenGrammar.Listeners(state, text, place, "invalid virtual ip"))
        {
            draft.Listens.Add(new VirtualAddress(address, protocol, ports, device, isLogged));
        }
    }

    /// <summary>"to" table, behind "forward"; the second one is the backup.</summary>
    private void Forward(RedirectDraft draft)
    {
        if (!_reader.TakeKeyword("to"))
        {
            _reader.SyntaxError("Here belongs: to; only a relay forwards with tls.");
        }

        if (Table(draft) is not { } table)
        {
            return;
        }

        if (_reader.TakeKeyword("interface"))
        {
            _reader.Error("superfluous interface", "Only route to takes one.");
            return;
        }

        Take(draft, table);
    }

    /// <summary>"to" table "interface" string, behind "route"</summary>
    private void Route(RedirectDraft draft)
    {
        _reader.ExpectKeyword("to");
        TableUse? table = Table(draft);
        if (table is null)
        {
            return;
        }

        if (!_reader.TakeKeyword("interface"))
        {
            _reader.Error("missing interface to route to", "Write interface and the device towards the hosts behind the table's options.");
            return;
        }

        draft.RouteInterface = Strings.Read(_reader, "an interface", Limits.InterfaceName, "interface name truncated");
        Take(draft, table);
    }

    private TableUse? Table(RedirectDraft draft)
    {
        if (_reader.Peek().Kind is TokenKind.Text or TokenKind.Keyword)
        {
            _reader.SyntaxError("A redirection forwards to tables: table <name> { address }, and here forward to <name> check tcp");
        }

        int port = draft.Listens.Count > 0 ? draft.Listens[0].Ports.First : 0;
        return TableReferenceGrammar.Read(state, port, TableUser.Redirect);
    }

    private void Take(RedirectDraft draft, TableUse table)
    {
        Table used = state.Tables.All[table.TableId - 1];
        if (used.Check is null)
        {
            _reader.Error($"table {used.Name} has no check", "A redirection uses hosts that are known to be up: write check tcp behind the table.");
        }
        else if (used.Sources.Any(static source => source.Source.Kind == HostSourceKind.Service))
        {
            _reader.Error($"table {used.Name} has SRV records", "A redirection sends to one port of all hosts: use a relay, or write resolve and the port.");
        }
        else if (draft.Table is null)
        {
            draft.Table = table;
        }
        else if (draft.Backup is not null)
        {
            _reader.Error("only one backup table is allowed", "Remove the third forward to line.");
        }
        else if (draft.Table.Mode != table.Mode)
        {
            _reader.Error($"backup table for {draft.Name} with different mode", "Give both the same mode.");
        }
        else
        {
            draft.Backup = table;
        }
    }

    /// <summary>"pftag" string [ "mark" number "mask" number ]</summary>
    private void PacketTag(RedirectDraft draft)
    {
        _reader.ExpectKeyword("pftag");
        string tag = Strings.Read(_reader, "a tag", Limits.TagName, "redirection tag name truncated");
        Position place = _reader.Previous;
        PacketMark? own = _reader.TakeWord("mark") ? Mark() : null;
        if (_reader.Failed)
        {
            return;
        }

        PacketMark mark = state.PacketMarks.Of(tag, own);
        if (own is not null && mark != own)
        {
            _reader.Error(place, $"pftag {tag} has another mark above", "Write the mark where the tag stands first.");
        }
        else if (state.PacketMarks.Numbers > PacketMark.MostNumbers)
        {
            _reader.Error(place, $"more than {PacketMark.MostNumbers} tags without a mark", "Give some a mark and a mask of their own.");
        }

        (draft.PacketTag, draft.Mark) = (tag, mark);
    }

    private PacketMark Mark()
    {
        uint value = Bits("a mark");
        if (!_reader.TakeWord("mask"))
        {
            _reader.SyntaxError("Behind a mark belongs its mask: mark 0x100 mask 0xff00");
        }

        PacketMark mark = new(value, Bits("a mask"));
        if (!_reader.Failed && (mark.Value == 0 || (mark.Value & ~mark.Mask) != 0))
        {
            _reader.Error("invalid mark", "A mark is not 0, and has no bit that its mask does not have.");
        }

        return mark;
    }

    // Digits alone are a number of the language; with hexadecimal ones it is a text.
    private uint Bits(string what)
    {
        const string Remedy = "A mark and its mask are numbers of 32 bits, such as 0xff00.";
        if (_reader.Peek().Kind == TokenKind.Number)
        {
            return (uint)Numbers.Read(_reader, what, 0, uint.MaxValue, "invalid number: {0}");
        }

        string text = _reader.ExpectText(what);
        if (!text.StartsWith("0x", StringComparison.Ordinal) || !uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint bits))
        {
            _reader.Error($"invalid number: {text}", Remedy);
            return 0;
        }

        return bits;
    }
}
