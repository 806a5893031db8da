using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Configuration;
using Sluice.Control;
using Sluice.Daemon.Privsep;
using Sluice.Engine.Processes;
using Sluice.Relayctl;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Control;
using Sluice.Relayd.Health;
using Sluice.Unit.Fakes;
using Sluice.Unit.Tidy;

namespace Sluice.Unit.Relayd.Control;

/// <summary>The daemon from which OpenBSD's relayctl was recorded: its configuration, with hosts and sessions as they were then.</summary>
internal sealed class Recorded : IDisposable
{
    private readonly SharedPages _health = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
    private readonly SharedPages _redirects = SharedPages.Create("redirects", Roles.RedirectCounters.Count, CounterSpacing.Dense);
    private readonly SharedPages _relays = SharedPages.Create("relays", Roles.RelayCounters.Count, CounterSpacing.Dense);

    public Recorded()
    {
        ObligingHost host = new("relayd.conf", Encoding.Latin1.GetBytes(Text("recorded.conf")));
        RelaydConfiguration loaded = RelaydConfigurationLoader
            .Load("relayd.conf", new Macros(), host, new StubTlsFiles(host), LoadVerbosity.Normal).Configuration!;
        Configuration = loaded with
        {
            Tables = [.. loaded.Tables.Select(table => table with
            {
                Place = 1000 + table.Id,
                Hosts = [.. table.Hosts.Select(static host => host with { Place = host.Id })],
            })],
            Redirects = [.. loaded.Redirects.Select(static redirect => redirect with { Place = 2000 + redirect.Id })],
            Relays = [.. loaded.Relays.Select(static relay => relay with { Place = relay.Id })],
        };
        Board = new HealthBoard(_health);
        Statistics = new SessionStatistics(() => [_relays]);
        foreach (Table table in Configuration.Tables)
        {
            Check(table);
        }
    }

    public RelaydConfiguration Configuration { get; }

    public HealthBoard Board { get; }

    public SessionStatistics Statistics { get; }

    public Inventory Inventory => new(Configuration, Board, Statistics, new SessionStatistics(() => [_redirects]));

    public static string Text(string name) => File.ReadAllText(Path.Join(SourceTree.Root, "tests/Unit/Cases/relayctl", name));

    public void Dispose()
    {
        _health.Dispose();
        _relays.Dispose();
        _redirects.Dispose();
    }

    /// <summary>What relayctl prints of it.</summary>
    public string Show(ShowSubject subject)
    {
        using StringWriter output = new();
        TextView view = new(subject, Detail.Normal, output);
        foreach (Reply row in Inventory.Rows(subject))
        {
            view.Show(row);
        }

        _ = view.End(Outcome.Done);
        return output.ToString();
    }

    /// <summary>Lets as many sessions begin, one minute before the end of which the numbers were recorded.</summary>
    public void CountSessions()
    {
        Statistics.Keep(Configuration.Relays.Select(static relay => relay.Place));
        foreach (Match relay in Regex.Matches(Text("relays.txt"), @"^(?<id>\d+) .*\n\t +\ttotal: (?<total>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
        {
            _relays.Write(int.Parse(relay.Groups["id"].Value, CultureInfo.InvariantCulture) * SessionStatistics.NumbersOfPlace, long.Parse(relay.Groups["total"].Value, CultureInfo.InvariantCulture));
        }

        Statistics.Tick();
    }

    private void Check(Table table)
    {
        if (table.IsDisabled)
        {
            Board.Write(table.Place, new HostHealth { Withdrawal = Withdrawal.TableDisabled });
        }

        foreach (Host host in table.Hosts.Where(_ => table.Check is not null))
        {
            bool isScript = table.Check is ScriptCheck;
            bool isDown = isScript ? !host.Name.EndsWith('2') : host.Name.EndsWith('9');
            CheckResult failure = isScript ? CheckResult.ScriptFailed : CheckResult.TcpConnectFailed;
            Board.Write(host.Place, new HostHealth
            {
                State = isDown ? HostState.Down : HostState.Up,
                Checks = 21,
                Ups = isDown ? 0 : 21,
                Result = (int)(isDown ? failure : CheckResult.TcpConnectOk),
                LastCheck = DateTimeOffset.UnixEpoch.AddDays(1),
            });
        }
    }
}
