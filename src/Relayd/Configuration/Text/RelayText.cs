using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Relayd.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Text;

/// <summary>Relays as text: those that one block made are one block again.</summary>
internal sealed class RelayText(RelaydConfiguration configuration, TableText tables)
{
    /// <summary>The blocks in order: all relays of each.</summary>
    public IReadOnlyList<IReadOnlyList<Relay>> Blocks()
    {
        List<List<Relay>> blocks = [];
        foreach (Relay relay in configuration.Relays)
        {
            if (blocks.Count > 0 && IsOfBlock(blocks[^1][0], relay))
            {
                blocks[^1].Add(relay);
            }
            else
            {
                blocks.Add([relay]);
            }
        }

        return blocks;
    }

    public void Print(TextLines lines, IReadOnlyList<Relay> block)
    {
        Relay relay = block[0];
        lines.Open($"relay {Quoting.Quote(relay.Name)}");
        PrintAddresses(lines, block);
        if (relay.ProtocolId != 0)
        {
            lines.Add("protocol ", configuration.ProtocolOf(relay).Name);
        }

        lines.Add($"session timeout {(long)relay.SessionTimeout.TotalSeconds}");
        if (relay.ClosesOnHostDown)
        {
            lines.Add("session close on host down");
        }

        if (relay.IsDisabled)
        {
            lines.Add("disable");
        }

        lines.Close();
    }

    /// <summary>Further addresses have a name that is made of the first one's, see <see cref="RelayGrammar"/>.</summary>
    private static bool IsOfBlock(Relay first, Relay relay)
    {
        Relay asFirst = relay with
        {
            Id = first.Id,
            Place = first.Place,
            Name = first.Name,
            Listen = first.Listen,
            Certificates = first.Certificates,
            ClientAuthorities = first.ClientAuthorities,
            ProxyProtocol = first.ProxyProtocol,
        };
        return asFirst == first && string.Equals(relay.Name, $"{first.Name}{relay.Id}:{relay.Listen.Port}", StringComparison.Ordinal);
    }

    /// <summary>A table without a port of its own has that of the last listener above it; where all have one, listeners come first.</summary>
    private void PrintAddresses(TextLines lines, IReadOnlyList<Relay> block)
    {
        Forwarding forward = block[0].Forward;
        bool isPortClear = forward.Tables.All(use => configuration.TableOf(use).HasOwnPort) || block.All(relay => relay.Listen.Port == block[0].Listen.Port);
        int printed = 0;
        foreach (TableUse use in forward.Tables)
        {
            Table table = configuration.TableOf(use);
            while (printed < block.Count && (isPortClear || (!table.HasOwnPort && (printed == 0 || block[printed - 1].Listen.Port != table.Port))))
            {
                PrintListener(lines, block[printed++]);
            }

            PrintTarget(lines, forward, tables.Print(use));
        }

        for (; printed < block.Count; printed++)
        {
            PrintListener(lines, block[printed]);
        }

        PrintOthers(lines, forward);
    }

    private static void PrintOthers(TextLines lines, Forwarding forward)
    {
        string retry = forward.Retry == 0 ? "" : $" retry {forward.Retry}";
        if (forward.Address is { } address)
        {
            PrintTarget(lines, forward, $"{Quoting.Quote(forward.HostName ?? address.Address.ToString())} {ConfigurationText.Port(address.Port)}{retry}");
        }

        if (forward.Lookup != Lookup.None)
        {
            PrintTarget(lines, forward, (forward.Lookup == Lookup.Nat ? "nat lookup" : "destination") + retry);
        }
    }

    private static void PrintListener(TextLines lines, Relay relay)
    {
        IPEndPoint listen = relay.Listen;
        lines.Add($"listen on \"{listen.Address}\" {ConfigurationText.Port(listen.Port)}{(relay.Tls ? " tls" : "")}{(relay.ProxyProtocol ? " proxy-protocol" : "")}");
    }

    /// <summary>Of some options the last line counts, of others any: so each has them all.</summary>
    private static void PrintTarget(TextLines lines, Forwarding forward, string target)
    {
        string family = forward.Translation switch
        {
            { Family: TargetFamily.Inet } => " inet",
            { Family: TargetFamily.Inet6, Prefix: { } prefix } => $" inet6 \"{prefix}\"",
            _ => "",
        };
        string head = (forward.IsTransparent ? "transparent " : "") + "forward " + (forward.Tls ? "with tls " : "");
        lines.Add($"{head}to {target}{family}{(forward.ProxyProtocol == 0 ? "" : $" proxy-protocol v{forward.ProxyProtocol}")}");
    }
}
