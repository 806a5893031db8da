using System;
using System.IO;
using System.Net;

using Sluice.Control;
using Sluice.Relayctl;

using Xunit;

namespace Sluice.Unit.Relayctl;

public sealed class TextViewTests
{
    private const string Head = "Id  \tType    \tName                    \tAvlblty\tStatus\n";

    // The example of R-CTL-31.
    [Fact]
    public void A_summary_has_each_section_with_its_tables_and_hosts()
    {
        string text = Show(
            ShowSubject.Summary,
            new RedirectRow(1, "www", RedirectStatus.Active, Rows.Sessions),
            Rows.Table(1, "webhosts:80", 2),
            Rows.Host(1, "10.0.0.1", HostStatus.Up, 57, 57),
            Rows.Host(2, "10.0.0.2", HostStatus.Up, 55, 56),
            Rows.Host(3, "10.0.0.3", HostStatus.Down, 0, 57),
            new RelayRow(1, "tlsaccel", SectionStatus.Active, Rows.Sessions),
            Rows.Table(3, "webhosts:8080", 1),
            Rows.Host(5, "10.0.0.1", HostStatus.Disabled, 0, 0),
            Rows.Host(6, "10.0.0.2", HostStatus.Up, 57, 57) with { ParentId = 2 });

        Assert.Equal(
            Head +
            "1   \tredirect\twww                     \t       \tactive\n" +
            "1   \ttable   \twebhosts:80             \t       \tactive (2 hosts)\n" +
            "1   \thost    \t10.0.0.1                \t100.00%\tup\n" +
            "2   \thost    \t10.0.0.2                \t98.21% \tup\n" +
            "3   \thost    \t10.0.0.3                \t0.00%  \tdown\n" +
            "1   \trelay   \ttlsaccel                \t       \tactive\n" +
            "3   \ttable   \twebhosts:8080           \t       \tactive (1 hosts)\n" +
            "5   \thost    \t10.0.0.1                \t       \tdisabled\n" +
            "6   \thost    \t10.0.0.2 parent 2       \t100.00%\tup\n",
            text);
    }

    // R-CTL-32.
    [Fact]
    public void Hosts_that_were_checked_have_their_checks_below_them()
    {
        string text = Show(
            ShowSubject.Hosts,
            Rows.Table(1, "a:80", 0),
            Rows.Host(3, "10.0.0.3", HostStatus.Down, 0, 57),
            Rows.Host(4, "10.0.0.4", HostStatus.Up, 56, 57) with { Retry = 2 },
            Rows.Host(5, "10.0.0.5", HostStatus.Unknown, 0, 0));

        Assert.Equal(
            Head +
            "1   \ttable   \ta:80                    \t       \tempty\n" +
            "3   \thost    \t10.0.0.3                \t0.00%  \tdown\n" +
            "\t        \ttotal: 0/57 checks, error: tcp connect failed\n" +
            "4   \thost    \t10.0.0.4                \t98.25% \tup\n" +
            "\t        \ttotal: 56/57 checks, 2 retries\n" +
            "5   \thost    \t10.0.0.5                \t       \tunknown\n",
            text);
    }

    [Fact]
    public void More_about_a_host_is_its_address_its_weight_and_its_last_check()
    {
        HostRow host = Rows.Host(3, "a", HostStatus.Up, 1, 1) with { Weight = 7, Result = "http code ok", HttpStatus = 200, Draining = Draining.Yes };
        using StringWriter output = new();
        TextView view = new(ShowSubject.Hosts, Detail.More, output);

        view.Show(host);

        Assert.Equal(
            Head +
            "3   \thost    \ta                       \t100.00%\tup (draining)\n" +
            "\t        \ttotal: 1/1 checks\n" +
            "\t        \taddress: 10.0.0.1, weight: 7\n" +
            $"\t        \tlast check: {TimeText.Of(host.LastCheck!.Value)}, 0.412 ms, http code ok (200)\n",
            output.ToString());
    }

    [Fact]
    public void A_host_that_sessions_found_down_says_so_beside_its_last_check()
    {
        HostRow host = Rows.Host(3, "a", HostStatus.Down, 1, 1) with { Result = "tcp connect ok", FailedSessions = 5 };
        using StringWriter output = new();
        TextView view = new(ShowSubject.Hosts, Detail.More, output);

        view.Show(host);

        Assert.Equal(
            Head +
            "3   \thost    \ta                       \t100.00%\tdown\n" +
            "\t        \ttotal: 1/1 checks, error: sessions failed\n" +
            "\t        \taddress: 10.0.0.1, weight: 1\n" +
            "\t        \tfailed sessions: 5\n" +
            $"\t        \tlast check: {TimeText.Of(host.LastCheck!.Value)}, 0.412 ms, tcp connect ok\n",
            output.ToString());
    }

    [Fact]
    public void More_about_a_relay_is_when_its_first_certificate_expires_and_what_it_dropped()
    {
        DateTimeOffset end = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);
        using StringWriter output = new();
        TextView view = new(ShowSubject.Relays, Detail.More, output);

        view.Show(new RelayRow(1, "secure", SectionStatus.Active, Rows.NoSessions) { CertificateEnd = end });
        view.Show(new RelayRow(2, "plain", SectionStatus.Active, Rows.NoSessions) { DroppedDatagrams = 5 });

        Assert.Equal(
            Head +
            "1   \trelay   \tsecure                  \t       \tactive\n" +
            $"\t        \tcertificate expires: {TimeText.Of(end)}\n" +
            "2   \trelay   \tplain                   \t       \tactive\n" +
            "\t        \tdatagrams dropped: 5\n",
            output.ToString());
    }

    // R-CTL-33.
    [Fact]
    public void Sections_that_had_sessions_have_their_numbers_below_them()
    {
        string text = Show(
            ShowSubject.Relays,
            new RelayRow(1, "tlsaccel", SectionStatus.Active, Rows.Sessions),
            new RelayRow(2, "idle", SectionStatus.Disabled, Rows.NoSessions));

        Assert.Equal(
            Head +
            "1   \trelay   \ttlsaccel                \t       \tactive\n" +
            "\t        \ttotal: 4344 sessions\n" +
            "\t        \tlast: 12/60s 640/h 4344/d sessions\n" +
            "\t        \taverage: 10/60s 600/h 0/d sessions\n" +
            "2   \trelay   \tidle                    \t       \tdisabled\n",
            text);
    }

    // R-CTL-34.
    [Fact]
    public void A_router_has_its_table_its_label_and_its_routes_below_it()
    {
        string text = Show(
            ShowSubject.Routers,
            new RouterRow(1, "uplinks", SectionStatus.Active, 7, "main"),
            new RouteRow(IPAddress.Any, 0),
            new RouteRow(IPAddress.Parse("10.0.0.0"), 8));

        Assert.Equal(
            Head +
            "1   \trouter  \tuplinks                 \t       \tactive\n" +
            "\t        \trtable: 7\n" +
            "\t        \trtlabel: main\n" +
            "\t        \troute: 0.0.0.0/0\n" +
            "\t        \troute: 10.0.0.0/8\n",
            text);
    }

    // R-CTL-35.
    [Fact]
    public void A_session_has_two_lines_and_no_head()
    {
        SessionRow tagged = new(117, 1, 4711)
        {
            Client = IPEndPoint.Parse("192.0.2.7:51822"),
            Target = IPEndPoint.Parse("10.0.0.1:8080"),
            Age = TimeSpan.FromSeconds(12),
            Idle = TimeSpan.FromSeconds(3),
            TagId = 2,
        };
        SessionRow early = new(118, 1, 4711) { Client = IPEndPoint.Parse("[2001:db8::7]:51823"), State = SessionState.Done, Age = TimeSpan.FromSeconds(360_029) };

        string text = Show(ShowSubject.Sessions, tagged, early);

        Assert.Equal(
            "session 0:117 192.0.2.7:51822 -> 10.0.0.1:8080\tRUNNING\n" +
            "\tage 00:00:12, idle 00:00:03, relay 1, pid 4711, tag (id) 2\n" +
            "session 0:118 2001:db8::7:51823 -> :0\tDONE\n" +
            "\tage 100:00:29, idle 00:00:00, relay 1, pid 4711\n",
            text);
    }

    [Theory]
    [InlineData("Routers", Head)]
    [InlineData("Sessions", "")]
    public void Where_nothing_is_there_the_head_stands_alone(string subject, string text) =>
        Assert.Equal(text, Show(Enum.Parse<ShowSubject>(subject)));

    [Fact]
    public void Rules_are_printed_as_they_are() => Assert.Equal("# a\nb\n", Show(ShowSubject.Rules, new TextRow("# a\n"), new TextRow("b\n")));

    [Theory]
    [InlineData("Active", "active")]
    [InlineData("Backup", "active (using backup table)")]
    [InlineData("Down", "down")]
    [InlineData("Disabled", "disabled")]
    public void A_redirection_has_its_words(string status, string text) =>
        Assert.Equal(text, StatusText.Of(Enum.Parse<RedirectStatus>(status)));

    private static string Show(ShowSubject subject, params Reply[] replies)
    {
        using StringWriter output = new();
        TextView view = new(subject, Detail.Normal, output);
        Array.ForEach(replies, view.Show);
        _ = view.End(Outcome.Done);
        return output.ToString();
    }
}
