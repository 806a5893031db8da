using System;
using System.IO;
using System.Net;
using System.Text;
using System.Text.Json;

using Sluice.Control;
using Sluice.Relayctl;

using Xunit;

namespace Sluice.Unit.Relayctl;

public sealed class JsonViewTests
{
    [Fact]
    public void A_summary_without_anything_has_its_lists() =>
        Assert.Equal(/*lang=json*/ "{\"redirects\":[],\"relays\":[],\"routers\":[]}\n", Show(ShowSubject.Summary));

    [Fact]
    public void In_a_summary_each_section_has_its_tables_and_each_table_its_hosts()
    {
        string json = Show(
            ShowSubject.Summary,
            new RelayRow(1, "a", SectionStatus.Active, Rows.NoSessions),
            new RelayRow(2, "b", SectionStatus.Disabled, Rows.NoSessions),
            Rows.Table(1, "t:80", 1),
            Rows.Host(1, "h", HostStatus.Up, 1, 1),
            Rows.Table(2, "u:80", 0),
            new RouterRow(1, "r", SectionStatus.Active, 0, Label: null),
            new RouteRow(IPAddress.Any, 0));

        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement relays = document.RootElement.GetProperty("relays");
        Assert.Equal(0, relays[0].GetProperty("tables").GetArrayLength());
        Assert.Equal("h", relays[1].GetProperty("tables")[0].GetProperty("hosts")[0].GetProperty("name").GetString());
        Assert.Equal("empty", relays[1].GetProperty("tables")[1].GetProperty("status").GetString());
        Assert.Equal("0.0.0.0/0", document.RootElement.GetProperty("routers")[0].GetProperty("routes")[0].GetString());
        Assert.Equal(0, document.RootElement.GetProperty("routers")[0].GetProperty("tables").GetArrayLength());
    }

    // Whole, since these names are kept for ever.
    [Fact]
    public void The_members_of_a_table_and_a_host_are_those_of_the_manual()
    {
        string json = Show(
            ShowSubject.Hosts,
            Rows.Table(1, "t:80", 1),
            Rows.Host(1, "h", HostStatus.Up, 2, 3) with { HttpStatus = 200, Result = "http code ok", FailedSessions = 5 },
            Rows.Host(2, "i", HostStatus.Unknown, 0, 0) with { ParentId = 1, Draining = Draining.Yes });

        Assert.Equal(
            "{\"tables\":[{\"id\":1,\"name\":\"t:80\",\"status\":\"active\",\"hosts_up\":1,\"hosts\":[" +
            "{\"id\":1,\"name\":\"h\",\"address\":\"10.0.0.1\",\"parent\":null,\"weight\":1,\"retry\":0,\"status\":\"up\",\"draining\":false," +
            "\"availability\":66.67,\"checks\":3,\"ups\":2,\"failed_sessions\":5," +
            "\"last_check\":{\"time\":\"2026-11-22T10:53:06Z\",\"latency_ms\":0.412,\"result\":\"http code ok\",\"code\":200}}," +
            "{\"id\":2,\"name\":\"i\",\"address\":\"10.0.0.1\",\"parent\":1,\"weight\":1,\"retry\":0,\"status\":\"unknown\",\"draining\":true," +
            "\"availability\":null,\"checks\":0,\"ups\":0,\"failed_sessions\":0,\"last_check\":null}]}]}\n",
            json);
    }

    [Fact]
    public void The_members_of_redirections_are_those_of_the_manual() =>
        Assert.Equal(
            "{\"redirects\":[{\"id\":1,\"name\":\"w\",\"status\":\"backup\",\"sessions\":{\"total\":4344,\"open\":3," +
            "\"last\":{\"minute\":12,\"hour\":640,\"day\":4344},\"average\":{\"minute\":10,\"hour\":600,\"day\":0}}}]}\n",
            Show(ShowSubject.Redirects, new RedirectRow(1, "w", RedirectStatus.Backup, Rows.Sessions)));

    [Fact]
    public void The_members_of_relays_are_those_of_redirections() =>
        Assert.StartsWith(
            "{\"relays\":[{\"id\":1,\"name\":\"w\",\"status\":\"active\",\"sessions\":{\"total\":0,",
            Show(ShowSubject.Relays, new RelayRow(1, "w", SectionStatus.Active, Rows.NoSessions)),
            StringComparison.Ordinal);

    [Fact]
    public void A_relay_with_certificates_says_when_the_first_of_them_expires()
    {
        DateTimeOffset end = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);
        Assert.EndsWith(
            "\"day\":0}},\"certificate_expires\":\"2027-03-01T12:00:00Z\",\"datagrams_dropped\":0},{\"id\":2,\"name\":\"p\",\"status\":\"active\",\"sessions\":{\"total\":0,\"open\":0," +
            "\"last\":{\"minute\":0,\"hour\":0,\"day\":0},\"average\":{\"minute\":0,\"hour\":0,\"day\":0}},\"certificate_expires\":null,\"datagrams_dropped\":3}]}\n",
            Show(
                ShowSubject.Relays,
                new RelayRow(1, "w", SectionStatus.Active, Rows.NoSessions) { CertificateEnd = end },
                new RelayRow(2, "p", SectionStatus.Active, Rows.NoSessions) { DroppedDatagrams = 3 }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_members_of_routers_are_those_of_the_manual() =>
        Assert.Equal(
            /*lang=json*/ "{\"routers\":[{\"id\":1,\"name\":\"r\",\"status\":\"disabled\",\"rtable\":7,\"rtlabel\":\"l\",\"routes\":[\"10.0.0.0/8\"]}]}\n",
            Show(ShowSubject.Routers, new RouterRow(1, "r", SectionStatus.Disabled, 7, "l"), new RouteRow(IPAddress.Parse("10.0.0.0"), 8)));

    [Fact]
    public void The_members_of_sessions_are_those_of_the_manual()
    {
        SessionRow session = new(117, 1, 4711)
        {
            Client = IPEndPoint.Parse("192.0.2.7:51822"),
            State = SessionState.Done,
            Age = TimeSpan.FromSeconds(12),
            Idle = TimeSpan.FromSeconds(3),
            TagId = 2,
        };

        Assert.Equal(
            "{\"sessions\":[{\"id\":117,\"client\":{\"address\":\"192.0.2.7\",\"port\":51822},\"target\":null,\"state\":\"done\"," +
            "\"age_seconds\":12,\"idle_seconds\":3,\"relay\":1,\"pid\":4711,\"tag\":2}]}\n",
            Show(ShowSubject.Sessions, session));
    }

    [Fact]
    public void A_name_in_utf8_is_text_again() =>
        Assert.Contains("\"name\":\"\\u00E4\"", Show(ShowSubject.Relays, new RelayRow(1, "\xc3\xa4", SectionStatus.Active, Rows.NoSessions)), StringComparison.Ordinal);

    private static string Show(ShowSubject subject, params Reply[] replies)
    {
        using MemoryStream output = new();
        using Utf8JsonWriter json = new(output);
        JsonView view = new(subject, json, output);
        Array.ForEach(replies, view.Show);
        _ = view.End(Outcome.Done);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
