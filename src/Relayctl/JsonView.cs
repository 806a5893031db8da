using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Json;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>Rows of <c>show</c> as one object of JSON, written as they come.</summary>
/// <param name="subject">What is shown.</param>
/// <param name="json">Writes to the output.</param>
/// <param name="output">Gets UTF-8.</param>
internal sealed class JsonView(ShowSubject subject, Utf8JsonWriter json, Stream output) : View
{
    private const int FlushBytes = 16 * 1024;

    private readonly Stack<Container> _open = new();
    private readonly Queue<string> _sections = new(subject switch
    {
        ShowSubject.Summary => ["redirects", "relays", "routers"],
        ShowSubject.Hosts => ["tables"],
        ShowSubject.Redirects => ["redirects"],
        ShowSubject.Relays => ["relays"],
        ShowSubject.Routers => ["routers"],
        _ => ["sessions"],
    });

    private string _section = "";
    private bool _lacksTables;

    /// <summary>What is open, from the outside to the inside.</summary>
    private enum Container
    {
        Answer,
        Section,
        Owner,
        Routes,
        Tables,
        Table,
        Hosts,
    }

    public override void Show(Reply reply)
    {
        Begin();
        switch (reply)
        {
            case RedirectRow redirect:
                BeginOwner("redirects", redirect.Id, redirect.Name, redirect.Status == RedirectStatus.Backup ? "backup" : StatusText.Of(redirect.Status));
                JsonText.Counts(json, redirect.Sessions);
                break;
            case RelayRow relay:
                BeginOwner("relays", relay.Id, relay.Name, StatusText.Of(relay.Status));
                JsonText.Counts(json, relay.Sessions);
                JsonText.TimeOrNull(json, "certificate_expires", relay.CertificateEnd);
                json.WriteNumber("datagrams_dropped"u8, relay.DroppedDatagrams);
                break;
            case RouterRow router:
                BeginOwner("routers", router.Id, router.Name, StatusText.Of(router.Status));
                json.WriteNumber("rtable"u8, router.RoutingTable);
                JsonText.StringOrNull(json, "rtlabel", router.Label ?? "");
                json.WriteStartArray("routes"u8);
                _open.Push(Container.Routes);
                break;
            case RouteRow route:
                json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{route.Address}/{route.Length}"));
                break;
            case TableRow table:
                BeginTable(table);
                break;
            case HostRow host:
                json.WriteStartObject();
                JsonText.Host(json, host);
                json.WriteEndObject();
                break;
            case SessionRow session:
                BeginSection("sessions");
                json.WriteStartObject();
                JsonText.Session(json, session);
                json.WriteEndObject();
                break;
            default:
                break;
        }

        if (json.BytesPending > FlushBytes)
        {
            json.Flush();
        }
    }

    public override int End(Outcome outcome)
    {
        Begin();
        while (_sections.TryPeek(out string? section))
        {
            BeginSection(section);
        }

        CloseTo(Container.Answer);
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
        return 0;
    }

    public override void Flush() => output.Flush();

    private void Begin()
    {
        if (_open.Count == 0)
        {
            json.WriteStartObject();
            _open.Push(Container.Answer);
        }
    }

    // All sections are there, also the empty ones.
    private void BeginSection(string section)
    {
        while (!string.Equals(_section, section, StringComparison.Ordinal) && _sections.TryDequeue(out string? next))
        {
            CloseTo(Container.Answer);
            _section = next;
            json.WriteStartArray(_section);
            _open.Push(Container.Section);
        }
    }

    private void BeginOwner(string section, int id, string name, string status)
    {
        BeginSection(section);
        CloseTo(Container.Section);
        json.WriteStartObject();
        _open.Push(Container.Owner);
        JsonText.Named(json, id, name);
        json.WriteString("status"u8, status);
        _lacksTables = subject == ShowSubject.Summary;
    }

    private void BeginTable(TableRow table)
    {
        if (subject == ShowSubject.Hosts)
        {
            BeginSection("tables");
            CloseTo(Container.Section);
        }
        else if (_lacksTables)
        {
            CloseTo(Container.Owner);
            BeginTables();
        }
        else
        {
            CloseTo(Container.Tables);
        }

        json.WriteStartObject();
        _open.Push(Container.Table);
        JsonText.Named(json, table.Id, table.Name);
        json.WriteString("status"u8, StatusText.Of(table.Status));
        json.WriteNumber("hosts_up"u8, table.Up);
        json.WriteStartArray("hosts"u8);
        _open.Push(Container.Hosts);
    }

    private void BeginTables()
    {
        _lacksTables = false;
        json.WriteStartArray("tables"u8);
        _open.Push(Container.Tables);
    }

    private void CloseTo(Container container)
    {
        while (_open.Peek() != container)
        {
            if (_open.Peek() == Container.Owner && _lacksTables)
            {
                BeginTables();
                continue;
            }

            switch (_open.Pop())
            {
                case Container.Section or Container.Routes or Container.Tables or Container.Hosts:
                    json.WriteEndArray();
                    break;
                default:
                    json.WriteEndObject();
                    break;
            }
        }
    }
}
