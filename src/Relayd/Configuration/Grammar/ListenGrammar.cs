using System;
using System.Collections.Generic;
using System.Net;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>Addresses and ports, as listeners, hosts, targets and rules write them (R-CONF-15 to -17).</summary>
internal static class ListenGrammar
{
    /// <summary>All addresses that a text stands for; empty where it stands for none. <c>*</c> is httpd's alone.</summary>
    /// <param name="text">An address, an interface, a group of interfaces, or a name.</param>
    /// <param name="host">Knows interfaces and names.</param>
    public static IReadOnlyList<IPAddress> Find(string text, IHostFacts host) => text is "*" ? [] : Addresses.Find(text, host);

    /// <summary>The addresses of a listener, at most 16; empty after a mistake.</summary>
    /// <param name="state">The load; the text has just been read.</param>
    /// <param name="text">What stands behind <c>on</c>.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="message">The message where it stands for no address.</param>
    public static IReadOnlyList<IPAddress> Listeners(LoadState state, string text, Position place, string message)
    {
        if (state.Reader.Failed)
        {
            return [];
        }

        IReadOnlyList<IPAddress> addresses = Find(text, state.Host);
        if (addresses.Count == 0)
        {
            state.Reader.Error(place, $"{message}: {text}", "An address is a number, an interface with an address, egress, or a name that resolves.");
        }

        if (addresses.Count <= Limits.AddressesPerListen)
        {
            return addresses;
        }

        state.Reader.Warning($"{text} resolves to more than {Limits.AddressesPerListen} hosts; the rest is ignored");
        List<IPAddress> first = [.. addresses];
        return first.GetRange(0, Limits.AddressesPerListen);
    }

    /// <summary>"port" ( number | name | "http" | from ":" to )</summary>
    public static PortRange Ports(TokenReader reader, IHostFacts host)
    {
        reader.ExpectKeyword("port");
        Token token = reader.Peek();
        if (token.IsKeyword("http"))
        {
            _ = reader.Take();
            return Range(reader, "http", host);
        }

        if (token.Kind == TokenKind.Text)
        {
            return Range(reader, reader.Take().Text, host);
        }

        int port = Sluice.Configuration.Grammar.Ports.Read(reader, host);
        return new PortRange(port, port);
    }

    /// <summary>A port that must not be several.</summary>
    public static int Port(TokenReader reader, IHostFacts host)
    {
        PortRange ports = Ports(reader, host);
        if (!ports.IsSingle && !reader.Failed)
        {
            reader.Error(reader.Previous, "invalid port", "Only a redirection listens on a range of ports.");
        }

        return ports.First;
    }

    /// <summary>string [ "/" number ]; null after a mistake.</summary>
    public static Prefix? Prefix(TokenReader reader, IHostFacts host)
    {
        string text = reader.ExpectText("an address");
        Position place = reader.Previous;
        if (reader.Failed)
        {
            return null;
        }

        IReadOnlyList<IPAddress> addresses = Find(text, host);
        if (addresses.Count == 0)
        {
            string remedy = text.Contains('/', StringComparison.Ordinal) ? "Write the length behind the quotes." : "It is an address, an interface or a name that resolves.";
            reader.Error(place, $"invalid address: {text}", remedy);
            return null;
        }

        int most = Addresses.IsVersion4(addresses[0]) ? 32 : 128;
        int length = most;
        if (reader.TakeSymbol('/'))
        {
            length = (int)Numbers.Read(reader, "The length of a prefix", 0, most, "invalid prefixlen {0}");
        }

        return reader.Failed ? null : new Prefix(addresses[0], length);
    }

    private static PortRange Range(TokenReader reader, string text, IHostFacts host)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        int first = Service(reader, colon < 0 ? text : text[..colon], host);
        int last = colon < 0 ? first : Service(reader, text[(colon + 1)..], host);
        if (last < first && !reader.Failed)
        {
            reader.Warning($"port {text} matches nothing", "Write the lower one first.");
        }

        return new PortRange(first, last);
    }

    private static int Service(TokenReader reader, string name, IHostFacts host)
    {
        int? port = Sluice.Configuration.Grammar.Ports.Find(name, host);
        if (port is null)
        {
            reader.Error(reader.Previous, $"unknown port {name}", "A port is a number from 1 to 65535 or a name from services(5).");
        }

        return port ?? 0;
    }
}
