using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Engine.Loop;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Health;

/// <summary>The hosts of the newest configuration: checks them, judges, writes the board and the log.</summary>
internal sealed class HealthChecks
{
    private readonly EventLoop _loop;
    private readonly HealthBoard _board;
    private readonly Log _log;
    private readonly CheckMaker _maker;
    private readonly Launcher _launcher;
    private readonly Rounds _rounds;
    private readonly RareWarning _shortage;
    private readonly RedirectSwitches _switches;

    private LogSettings _settings = LogSettings.None;

    // Hosts whose first result is awaited.
    private int _awaited;

    /// <summary>Makes it, without hosts.</summary>
    /// <param name="loop">The loop of the process.</param>
    /// <param name="board">Where the results stand.</param>
    /// <param name="log">Where they are said.</param>
    /// <param name="maker">How checks are made.</param>
    /// <param name="mostAtOnce">How many run at a time.</param>
    public HealthChecks(EventLoop loop, HealthBoard board, Log log, CheckMaker maker, int mostAtOnce)
    {
        _loop = loop;
        _board = board;
        _log = log;
        _maker = maker;
        _launcher = new Launcher(loop, mostAtOnce);
        _rounds = new Rounds(loop, _launcher);
        _shortage = new RareWarning(loop, log);
        _switches = new RedirectSwitches(loop, board);
        Roster = new Roster(loop, board, Check, maker.Connect);
    }

    /// <summary>Who is checked.</summary>
    public Roster Roster { get; }

    /// <summary>Called with each host whose state is another than before, once the board has it.</summary>
    public Action<CheckedHost> Changed { get; set; } = static _ => { };

    /// <summary>Called with each host that a check took out of service.</summary>
    public Action<CheckedHost> WentDown { get; set; } = static _ => { };

    /// <summary>Called with each host that the operator took out of service, once the board has it.</summary>
    public Action<CheckedHost> Withdrawn { get; set; } = static _ => { };

    /// <summary>Called when the board says something else than before of whether a host or a redirection serves.</summary>
    public Action Noted { get; set; } = static () => { };

    /// <summary>Called when each host of a new configuration that has to be known before anybody works by it has a result.</summary>
    public Action AllKnown { get; set; } = static () => { };

    /// <summary>Works by a configuration. What is new is checked at once, and what is the same keeps its state.</summary>
    public void Take(RelaydConfiguration configuration)
    {
        _settings = configuration.Log;
        List<CheckedHost> unknown = Roster.Take(configuration);
        _switches.Take(configuration.Redirects);
        bool isFirst = !_rounds.HasBegun;
        bool isOtherInterval = _rounds.Interval != configuration.Interval;
        _rounds.Interval = configuration.Interval;
        _rounds.Replace(Roster.Hosts);
        foreach (CheckedHost host in unknown)
        {
            _awaited += host.IsAwaited ? 0 : 1;
            host.IsAwaited = true;
        }

        if (isFirst || isOtherInterval)
        {
            _rounds.Begin();
        }
        else
        {
            unknown.ForEach(_rounds.Check);
        }

        SayIfAllKnown();
    }

    /// <summary>All hosts are checked now, and the next round follows an interval later.</summary>
    public void Poll() => _rounds.Begin();

    /// <summary>What an operator does with a host, and with those that share its state.</summary>
    public CommandOutcome Obey(HostAction action, int hostId)
    {
        if (Roster.FindHost(hostId) is not { Host.ParentId: 0 } host)
        {
            return CommandOutcome.Refused;
        }

        Obey(action, host);
        host.Children.ForEach(child => Obey(action, child));
        return CommandOutcome.Done;
    }

    /// <summary>What an operator does with a table.</summary>
    public CommandOutcome Obey(TableAction action, int tableId)
    {
        if (Roster.FindTable(tableId) is not { } table)
        {
            return CommandOutcome.Refused;
        }

        bool isDisabled = action == TableAction.Disable;
        if (table.IsDisabled != isDisabled)
        {
            Roster.SetDisabled(table, action);
            foreach (CheckedHost host in table.Hosts)
            {
                Withdrawal withdrawal = isDisabled ? host.Health.Withdrawal | Withdrawal.TableDisabled : host.Health.Withdrawal & ~Withdrawal.TableDisabled;
                Set(host, host.Health with { Withdrawal = withdrawal, State = HostState.Unknown });
            }
        }

        return CommandOutcome.Done;
    }

    /// <summary>What an operator does with a redirection: its tables go with it (R-CTL-09).</summary>
    public CommandOutcome ObeyForRedirect(TableAction action, int redirectId)
    {
        if (_switches.Set(redirectId, action) is not { } redirect)
        {
            return CommandOutcome.Refused;
        }

        _ = Obey(action, redirect.Table.TableId);
        if (redirect.Backup is { } backup)
        {
            _ = Obey(action, backup.TableId);
        }

        Noted();
        return CommandOutcome.Done;
    }

    // Disabling begins the counters anew; what a check that is under way finds is passed over (R-CHECK-08).
    private void Obey(HostAction action, CheckedHost host)
    {
        Withdrawal before = host.Health.Withdrawal;
        Withdrawal after = action switch
        {
            HostAction.Enable => before & ~Withdrawal.Disabled,
            HostAction.Disable => before | Withdrawal.Disabled,
            HostAction.Drain => before | Withdrawal.Draining,
            _ => before & ~Withdrawal.Draining,
        };
        if (after != before)
        {
            HostHealth health = action == HostAction.Disable ? Judgement.Forget(host.Health, host.Host.Retry) : host.Health;
            Set(host, health with { Withdrawal = after });
        }
    }

    /// <summary>Sessions failed at a host one after the other, as often as its <c>failures</c> say: it is down until a check succeeds.</summary>
    /// <param name="place">Its place on the board; one of no host that is up and has <c>failures</c> means nothing.</param>
    public void SessionsFailed(int place)
    {
        if (Roster.FindPlace(place) is not { Host.Failures: > 0, Table.Table.Check: not null, Health.State: HostState.Up } host)
        {
            return;
        }

        host.Failed = _loop.Now;
        if (_settings.StateChanges)
        {
            _log.Info(CheckLines.Failed(host.Host.Name, host.Host.Failures, host.Health));
        }

        Set(host, host.Health with { State = HostState.Down, FailedSessions = host.Host.Failures });
        WentDown(host);
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask Check(CheckedHost host)
    {
        host.Began = _loop.Now;
        if (host.IsChecked && !host.IsGone)
        {
            CheckOutcome outcome = CheckOutcome.Of(CheckResult.Aborted);
            try
            {
                outcome = await _maker.Run(host);
            }
            finally
            {
                End(host, outcome);
            }
        }
        else
        {
            End(host);
        }
    }

    private void End(CheckedHost host, CheckOutcome outcome)
    {
        Take(host, outcome, _loop.Now - host.Began);
        End(host);
    }

    private void End(CheckedHost host)
    {
        _launcher.End(host);
        if (host.IsAwaited)
        {
            host.IsAwaited = false;
            _awaited--;
            SayIfAllKnown();
        }
    }

    private void Take(CheckedHost host, CheckOutcome outcome, TimeSpan took)
    {
        if (outcome.Result is CheckResult.TcpSocketLimit or CheckResult.TcpSocketError)
        {
            _shortage.Say($"hosts cannot be checked ({CheckResultText.Of(outcome.Result)}): their states stay as they are");
        }

        if (host.IsGone)
        {
            return;
        }

        Judge(host, outcome, host.Began, took);
        foreach (CheckedHost child in host.Children)
        {
            Judge(child, outcome, host.Began, took);
        }
    }

    private void Judge(CheckedHost host, CheckOutcome outcome, TimeSpan began, TimeSpan took)
    {
        Check? check = host.Table.Table.Check;
        if (host.IsDisabled || host.Table.IsDisabled)
        {
            if (_settings.HostChecks)
            {
                _log.Info(CheckLines.Ignored(host.Host.Name, check));
            }

            return;
        }

        if (outcome.Verdict == Verdict.Up && host.Failed >= began)
        {
            // It began before sessions found out otherwise.
            return;
        }

        HostHealth before = host.Health;
        if (_log.SaysDebug && Judgement.IsTolerated(before, outcome))
        {
            _log.Debug(CheckLines.Retry(host.Host.Name, before.RetriesLeft - 1));
        }

        HostHealth after = Judgement.Of(before, outcome, host.Host.Retry) with { LastCheck = _loop.Utc, Latency = took };
        if (before.State != after.State ? _settings.StateChanges : _settings.HostChecks)
        {
            _log.Info(CheckLines.Result(host.Host.Name, check, took, before, after));
        }

        Set(host, after);
        if (before.State != HostState.Down && after.State == HostState.Down)
        {
            WentDown(host);
        }
    }

    private void Set(CheckedHost host, HostHealth health)
    {
        bool hasChanged = host.Health.State != health.State;
        bool isOther = hasChanged || health.Withdrawal != host.Health.Withdrawal;
        bool isWithdrawn = health.Withdrawal != Withdrawal.None && host.Health.Withdrawal == Withdrawal.None;
        host.Health = hasChanged ? health with { LastChange = _loop.Utc } : health;
        _board.Write(host.Place, host.Health);
        if (hasChanged)
        {
            Changed(host);
        }

        if (isWithdrawn)
        {
            Withdrawn(host);
        }

        if (isOther)
        {
            Noted();
        }
    }

    private void SayIfAllKnown()
    {
        if (_awaited == 0)
        {
            AllKnown();
        }
    }
}
