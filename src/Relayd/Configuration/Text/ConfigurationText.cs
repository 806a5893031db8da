using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Http.Logging;

namespace Sluice.Relayd.Configuration.Text;

/// <summary>
/// A configuration as text again, macros, includes and interfaces resolved (<c>-n -v</c>). Reading the text gives an equal
/// configuration. Its characters are one byte each, as everywhere: write <see cref="Bytes.Of"/> of it.
/// </summary>
internal static class ConfigurationText
{
    public static string Print(RelaydConfiguration configuration)
    {
        TextLines lines = new();
        PrintGlobals(lines, configuration);
        TableText tables = new(configuration);
        tables.PrintDefinitions(lines);
        new ProtocolText(configuration).Print(lines);
        PrintSections(lines, configuration, tables);
        return lines.ToString();
    }

    /// <summary>The protocols with their rules alone (<c>-vv</c>, R-PROTO-08).</summary>
    public static string PrintProtocols(RelaydConfiguration configuration)
    {
        TextLines lines = new();
        new ProtocolText(configuration).Print(lines);
        return lines.ToString();
    }

    private static void PrintGlobals(TextLines lines, RelaydConfiguration configuration)
    {
        lines.Add($"interval {(long)configuration.Interval.TotalSeconds}");
        lines.Add($"prefork {configuration.Prefork}");
        lines.Add("socket ", configuration.Socket);
        if (configuration.AgentX is { } agent)
        {
            lines.Add($"agentx{(agent.Context is null ? "" : $" context {Quoting.Quote(agent.Context)}")} path ", agent.Path);
        }

        Print(lines, configuration.Log);
        if (configuration.TrustedProxies.Count > 0)
        {
            lines.Add("trusted-proxies { " + TextLines.Join(configuration.TrustedProxies, Networks.Print, ", ") + " }");
        }
    }

    private static void Print(TextLines lines, LogSettings log)
    {
        if (log.StateChanges)
        {
            lines.Add(log.HostChecks ? "log host checks" : "log state changes");
        }

        if (log.Sessions != SessionLog.None)
        {
            lines.Add(log.Sessions == SessionLog.All ? "log connection" : "log connection errors");
        }

        if (log.Level != LogLevel.Unset)
        {
            lines.Add(log.Level == LogLevel.Verbose ? "log level verbose" : "log level brief");
        }

        if (log.Requests is { } style)
        {
            lines.Add(style switch
            {
                LogStyle.Json => "log json",
                LogStyle.Forwarded => "log style forwarded",
                LogStyle.Combined => "log style combined",
                _ => "log style common",
            });
        }
    }

    /// <summary>Sections of one kind stand in their order; those of different kinds in that which gives tables their ids.</summary>
    private static void PrintSections(TextLines lines, RelaydConfiguration configuration, TableText tables)
    {
        RelayText relays = new(configuration, tables);
        LayerThreeText layerThree = new(tables);
        Queue<(IEnumerable<TableUse> Uses, Action Print)>[] kinds =
        [
            new(configuration.Redirects.Select(redirect => (LayerThreeText.UsesOf(redirect), new Action(() => layerThree.Print(lines, redirect))))),
            new(relays.Blocks().Select(block => (block[0].Forward.Tables.AsEnumerable(), new Action(() => relays.Print(lines, block))))),
            new(configuration.Routers.Select(router => (LayerThreeText.UsesOf(router), new Action(() => layerThree.Print(lines, router))))),
        ];
        while (Array.Find(kinds, kind => kind.Count > 0 && tables.CanUse(kind.Peek().Uses)) is { } next)
        {
            next.Dequeue().Print();
        }

        Debug.Assert(Array.TrueForAll(kinds, kind => kind.Count == 0), "the order of the file is one");
    }

    /// <summary>An address with the length of a prefix, as rules and routes write it.</summary>
    internal static string Network(Prefix prefix) => $"\"{prefix.Address}\"/{prefix.Length}";

    /// <summary>A port; as a number it must be positive, as a string zero is accepted.</summary>
    internal static string Port(int port) => port == 0 ? "port \"0\"" : $"port {port}";

    /// <summary>A port or several.</summary>
    internal static string Ports(PortRange ports) => ports.IsSingle ? Port(ports.First) : $"port \"{ports.First}:{ports.Last}\"";
}
