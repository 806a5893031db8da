using System;
using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Relayd.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Text;

/// <summary>Redirections and routers as text.</summary>
internal sealed class LayerThreeText(TableText tables)
{
    public static IEnumerable<TableUse> UsesOf(Redirect redirect) => redirect.Backup is null ? [redirect.Table] : [redirect.Table, redirect.Backup];

    public static IEnumerable<TableUse> UsesOf(Router router) => router.Gateways is null ? [] : [router.Gateways];

    public void Print(TextLines lines, Redirect redirect)
    {
        lines.Open($"redirect {Quoting.Quote(redirect.Name)}");
        foreach (VirtualAddress listen in redirect.Listens)
        {
            string device = listen.Interface is null ? "" : $" interface {Quoting.Quote(listen.Interface)}";
            lines.Add($"listen on \"{listen.Address}\" {IpProtocols.Name(listen.Protocol)} {ConfigurationText.Ports(listen.Ports)}{device}{(listen.IsLogged ? " pflog" : "")}");
        }

        foreach (TableUse use in UsesOf(redirect))
        {
            lines.Add(redirect.RouteInterface is { } device
                ? $"route to {tables.Print(use)} interface {Quoting.Quote(device)}"
                : $"forward to {tables.Print(use)}");
        }

        if (redirect is { PacketTag: { } tag, Mark: { } mark })
        {
            lines.Add(FormattableString.Invariant($"{(redirect.AsksOthers ? "match " : "")}pftag {Quoting.Quote(tag)} mark 0x{mark.Value:x8} mask 0x{mark.Mask:x8}"));
        }

        if (redirect.Hairpin.Count > 0)
        {
            lines.Add("hairpin { " + TextLines.Join(redirect.Hairpin, Networks.Print, ", ") + " }");
        }

        if (redirect.IsSticky)
        {
            lines.Add("sticky-address");
        }

        lines.Add($"session timeout {(long)redirect.SessionTimeout.TotalSeconds}");
        if (redirect.IsDisabled)
        {
            lines.Add("disable");
        }

        lines.Close();
    }

    public void Print(TextLines lines, Router router)
    {
        lines.Open($"router {Quoting.Quote(router.Name)}");
        foreach (NetworkRoute route in router.Routes)
        {
            lines.Add("route " + ConfigurationText.Network(route.Destination));
        }

        foreach (TableUse use in UsesOf(router))
        {
            lines.Add($"forward to {tables.Print(use)}");
        }

        if (router.RoutingTable != 0)
        {
            lines.Add($"rtable {router.RoutingTable}");
        }

        if (router.Label is not null)
        {
            lines.Add("rtlabel ", router.Label);
        }

        if (router.IsDisabled)
        {
            lines.Add("disable");
        }

        lines.Close();
    }
}
