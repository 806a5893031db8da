using System.Collections.Generic;
using System.Net;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>The <c>forward</c> lines of a relay as they are read. Some options are those of the last line, some of any (R-RELAY-18).</summary>
internal sealed class ForwardDraft
{
    public bool HasDestination { get; set; }

    public bool HasNatLookup { get; set; }

    public List<TableUse> Tables { get; } = [];

    public IPEndPoint? Address { get; set; }

    /// <summary>What the address was written as, where that is a name.</summary>
    public string? HostName { get; set; }

    /// <summary>Of the last line that names no table.</summary>
    public int Retry { get; set; }

    /// <summary>Of the last line.</summary>
    public bool IsTransparent { get; set; }

    /// <summary>Of the last line.</summary>
    public Translation Translation { get; set; } = Translation.None;

    /// <summary>Of any line.</summary>
    public bool Tls { get; set; }

    /// <summary>Of the last line that has one.</summary>
    public int ProxyProtocol { get; set; }

    public Forwarding Resolve() => new()
    {
        Lookup = HasDestination ? Lookup.Destination : HasNatLookup ? Lookup.Nat : Lookup.None,
        Tables = [.. Tables],
        Address = Address,
        HostName = HostName,
        Retry = Retry,
        IsTransparent = IsTransparent,
        Tls = Tls,
        Translation = Translation,
        ProxyProtocol = ProxyProtocol,
    };
}

/// <summary><c>forward</c> of relays (R-RELAY-04 to -12).</summary>
internal sealed class ForwardGrammar(LoadState state)
{
    private readonly TokenReader _reader = state.Reader;

    /// <summary>[ "transparent" ] "forward" [ "with" "tls" ] "to" target [ "inet" | "inet6" string ] [ "proxy-protocol" version ]</summary>
    public void Read(RelayDraft draft)
    {
        ForwardDraft forward = draft.Forward;
        forward.IsTransparent = _reader.TakeKeyword("transparent");
        _reader.ExpectKeyword("forward");
        if (_reader.TakeKeyword("with"))
        {
            bool isOld = _reader.Peek() is { Kind: TokenKind.Text, Text: "ssl" };
            if (isOld)
            {
                _reader.SyntaxError("Write: forward with tls to");
            }

            _reader.ExpectKeyword("tls");
            forward.Tls = true;
        }

        if (!_reader.TakeKeyword("to"))
        {
            _reader.SyntaxError(_reader.Peek().IsKeyword("tls") ? "Write: forward with tls to" : "Here belongs: to");
        }

        Target(draft);
        forward.Translation = Translation();
        if (_reader.TakeKeyword("proxy-protocol"))
        {
            forward.ProxyProtocol = Version();
        }
    }

    /// <summary>table | "destination" [ retry ] | "nat" "lookup" [ retry ] | string port [ retry ]</summary>
    private void Target(RelayDraft draft)
    {
        ForwardDraft forward = draft.Forward;
        if (_reader.Peek().IsSymbol('<'))
        {
            int port = draft.Listeners.Count > 0 ? draft.Listeners[^1].EndPoint.Port : 0;
            if (TableReferenceGrammar.Read(state, port, TableUser.Relay) is { } table)
            {
                forward.Tables.Add(table);
            }

            return;
        }

        if (_reader.TakeKeyword("destination"))
        {
            forward.HasDestination = true;
            forward.Retry = Retry();
            return;
        }

        if (_reader.TakeKeyword("nat"))
        {
            _reader.ExpectKeyword("lookup");
            forward.HasNatLookup = true;
            forward.Retry = Retry();
            return;
        }

        Address(draft);
    }

    private void Address(RelayDraft draft)
    {
        string text = _reader.ExpectText("a table, an address, destination or nat lookup");
        Position place = _reader.Previous;
        int port = ListenGrammar.Port(_reader, state.Host);
        draft.Forward.Retry = Retry();
        if (_reader.Failed)
        {
            return;
        }

        IReadOnlyList<IPAddress> addresses = ListenGrammar.Find(text, state.Host);
        if (addresses.Count == 0)
        {
            _reader.Error(place, $"invalid forward ip: {text}", "An address is a number, an interface with an address, or a name that resolves.");
            return;
        }

        if (draft.Forward.Address is not null)
        {
            _reader.Error(place, $"relay {draft.Name} target or redirection already specified", "Several hosts make a table.");
            return;
        }

        if (addresses.Count > 1)
        {
            _reader.Warning($"{text} resolves to more than 1 hosts", $"{addresses[0]} is taken: put the others into a table.");
        }

        draft.Forward.Address = new IPEndPoint(addresses[0], port);
        draft.Forward.HostName = Addresses.Literal(text) is null && state.Host.InterfaceAddresses(text).Count == 0 ? text : null;
    }

    private int Retry() => _reader.TakeKeyword("retry")
        ? (int)Numbers.Read(_reader, "retry", 0, int.MaxValue, "invalid retry value: {0}")
        : 0;

    private Translation Translation()
    {
        if (_reader.TakeKeyword("inet"))
        {
            return new Translation(TargetFamily.Inet);
        }

        if (!_reader.TakeKeyword("inet6"))
        {
            return Configuration.Translation.None;
        }

        string text = _reader.ExpectText("a prefix of IPv6");
        IPAddress? prefix = Addresses.Literal(text);
        if (prefix is null || Addresses.IsVersion4(prefix))
        {
            _reader.Error(_reader.Previous, $"invalid inet6 prefix: {text}", "It is an address of IPv6, whose last four bytes are replaced: inet6 64:ff9b::");
        }

        return new Translation(TargetFamily.Inet6, prefix);
    }

    private int Version()
    {
        if (_reader.TakeKeyword("v1"))
        {
            return 1;
        }

        if (!_reader.TakeKeyword("v2"))
        {
            _reader.SyntaxError("A version of the PROXY protocol is v1 or v2.");
        }

        return 2;
    }
}
