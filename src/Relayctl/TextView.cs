using System.Globalization;
using System.IO;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>Rows of <c>show</c> as lines (R-CTL-30 to -35).</summary>
/// <param name="subject">What is shown.</param>
/// <param name="detail">How much of hosts and relays.</param>
/// <param name="output">Writes each character as one byte.</param>
internal sealed class TextView(ShowSubject subject, Detail detail, TextWriter output) : View
{
    private const string Indent = "\t        \t";

    private bool _hasBegun;

    public override void Show(Reply reply)
    {
        Begin();
        switch (reply)
        {
            case RedirectRow redirect:
                Row(redirect.Id, "redirect", redirect.Name, "", StatusText.Of(redirect.Status));
                Counts(redirect.Sessions);
                break;
            case RelayRow relay:
                Row(relay.Id, "relay", relay.Name, "", StatusText.Of(relay.Status));
                Counts(relay.Sessions);
                More(relay);
                break;
            case RouterRow router:
                Row(router.Id, "router", router.Name, "", StatusText.Of(router.Status));
                Router(router);
                break;
            case RouteRow route when subject == ShowSubject.Routers:
                Line($"route: {route.Address}/{route.Length.ToString(CultureInfo.InvariantCulture)}");
                break;
            case TableRow table:
                Row(table.Id, "table", table.Name, "", StatusText.Of(table));
                break;
            case HostRow host:
                Host(host);
                break;
            case SessionRow session:
                output.Write(SessionText.Of(session));
                break;
            case TextRow text:
                output.Write(text.Text);
                break;
            default:
                break;
        }
    }

    public override int End(Outcome outcome)
    {
        Begin();
        return 0;
    }

    public override void Flush() => output.Flush();

    private void Begin()
    {
        if (!_hasBegun && subject is not (ShowSubject.Sessions or ShowSubject.Rules))
        {
            Row("Id", "Type", "Name", "Avlblty", "Status");
        }

        _hasBegun = true;
    }

    private void Host(HostRow host)
    {
        string name = host.ParentId == 0 ? host.Name : string.Create(CultureInfo.InvariantCulture, $"{host.Name} parent {host.ParentId}");
        string availability = host.Checks == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{100.0 * host.Ups / host.Checks:F2}%");
        Row(host.Id, "host", name, availability, StatusText.Of(host));
        if (subject != ShowSubject.Hosts)
        {
            return;
        }

        if (host.Checks > 0)
        {
            string retries = host.Retry == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {host.Retry} retries");
            string error = host.Status == HostStatus.Down ? $", error: {(host.FailedSessions > 0 ? "sessions failed" : host.Result)}" : "";
            Line(string.Create(CultureInfo.InvariantCulture, $"total: {host.Ups}/{host.Checks} checks{retries}{error}"));
        }

        if (detail == Detail.More)
        {
            More(host);
        }
    }

    private void More(RelayRow relay)
    {
        if (detail == Detail.More && relay.CertificateEnd is { } end)
        {
            Line($"certificate expires: {TimeText.Of(end)}");
        }

        if (detail == Detail.More && relay.DroppedDatagrams > 0)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"datagrams dropped: {relay.DroppedDatagrams}"));
        }
    }

    private void More(HostRow host)
    {
        Line(string.Create(CultureInfo.InvariantCulture, $"address: {host.Address}, weight: {host.Weight}"));
        if (host.FailedSessions > 0)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"failed sessions: {host.FailedSessions}"));
        }

        if (host.LastCheck is { } last)
        {
            string code = host.HttpStatus == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({host.HttpStatus})");
            Line(string.Create(CultureInfo.InvariantCulture, $"last check: {TimeText.Of(last)}, {host.Latency.TotalMilliseconds:F3} ms, {host.Result}{code}"));
        }
    }

    private void Router(RouterRow router)
    {
        if (subject != ShowSubject.Routers)
        {
            return;
        }

        if (router.RoutingTable != 0)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"rtable: {router.RoutingTable}"));
        }

        if (router.Label is { } label)
        {
            Line($"rtlabel: {label}");
        }
    }

    private void Counts(in SessionCounts sessions)
    {
        if (subject == ShowSubject.Summary || sessions.Total == 0)
        {
            return;
        }

        Line(string.Create(CultureInfo.InvariantCulture, $"total: {sessions.Total} sessions"));
        Line($"last: {Rates(sessions.Last)} sessions");
        Line($"average: {Rates(sessions.Average)} sessions");
    }

    private static string Rates(in SessionRates rates) =>
        string.Create(CultureInfo.InvariantCulture, $"{rates.Minute}/60s {rates.Hour}/h {rates.Day}/d");

    private void Row(int id, string type, string name, string availability, string status) =>
        Row(id.ToString(CultureInfo.InvariantCulture), type, name, availability, status);

    private void Row(string id, string type, string name, string availability, string status) =>
        output.Write($"{id,-4}\t{type,-8}\t{name,-24}\t{availability,-7}\t{status}\n");

    private void Line(string text)
    {
        output.Write(Indent);
        output.Write(text);
        output.Write('\n');
    }
}
