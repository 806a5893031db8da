using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Wire;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Relayd.Health;
using Sluice.Relayd.Processes;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Processes;

/// <summary>hce on a loop of the test, which is its parent, its control, its relay and its script process.</summary>
public sealed class HealthProcessTests : IDisposable
{
    private static readonly ConnectCheck _tcp = new(CheckTransport.Tcp);

    private readonly LoopRun _run = new();
    private readonly SaidLines _said = new();
    private readonly Statistics _statistics = Statistics.Create("hce");
    private readonly SharedPages _pages = Roles.Health.Create();
    private readonly ChildContext _context;
    private readonly HealthBoard _board;
    private readonly Channel _control;
    private readonly Channel _relay;
    private readonly Channel _script;
    private readonly AnsweringHost _host;
    private readonly List<Message> _toParent = [];
    private readonly byte[] _message = new byte[HealthMessage.MostBytes];
    private readonly int _port;

    public HealthProcessTests()
    {
        _board = new HealthBoard(_pages);
        _host = new AnsweringHost(_run, static _ => default);
        _port = _host.Address.Port;
        _context = new ChildContext(Roles.Relayd.Find("hce")!, 0, _run.Loop, new Log(_said, 0), _statistics) { ToParent = _toParent.Add };
        _context.Take(new AreaKey(Roles.Health.Name, 0), _pages);
        _control = Connect("control");
        _relay = Connect("relay");
        _script = Connect("script");
    }

    private bool IsReady => _toParent.OfType<Ready>().Any(ready => ready.Generation == _context.Generation);

    public void Dispose()
    {
        _host.Dispose();
        _control.Dispose();
        _relay.Dispose();
        _script.Dispose();
        _pages.Dispose();
        _statistics.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void It_is_ready_when_the_first_round_is_through()
    {
        bool wasReady = true;
        Configure(1, Table(1, _tcp, Host(1), Host(2)));
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            wasReady = IsReady;
            await Until(() => IsReady);
        });

        Assert.False(wasReady);
        Assert.True(_board.MayServe(Place(1)) && _board.MayServe(Place(2)));
    }

    [Fact]
    public void It_is_ready_at_once_where_nothing_is_checked()
    {
        Configure(1, Table(1, check: null, Host(1)));
        _run.Run(() =>
        {
            HealthProcess.Run(_context);
            return default;
        });

        Assert.True(IsReady);
        Assert.True(_board.MayServeUnchecked(Place(1)));
    }

    [Fact]
    public void A_change_is_logged_and_told()
    {
        HealthMessage? told = null;
        Configure(1, Table(1, _tcp, Host(1)));
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            told = await Receive(_control);
        });

        Assert.Equal(new HostChanged(1, HostState.Up), told);
        Assert.Equal(["Info host 127.0.0.1, check tcp (0ms,tcp connect ok), state unknown -> up, availability 100.00%"], _said.Lines);
    }

    [Fact]
    public void A_host_that_goes_down_is_told_to_relays()
    {
        HealthMessage? told = null;
        Configure(1, Table(1, _tcp, Host(1)));
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            await Until(() => IsReady);
            _host.Dispose();
            await _run.Pass(TimeSpan.FromSeconds(10));
            told = await Receive(_relay);
        });

        Assert.Equal(new HostDown(Place(1)), told);
        Assert.Equal(HostState.Down, _board.State(Place(1)));
        Assert.Equal((2L, 1L), (_board.Read(Place(1)).Checks, _board.Read(Place(1)).Ups));
    }

    [Fact]
    public void A_host_at_which_sessions_failed_is_down_until_a_check_succeeds()
    {
        HealthMessage? told = null;
        HostHealth failed = default;
        Configure(1, Table(1, _tcp, Host(1) with { Failures = 3 }));
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            await Until(() => IsReady);
            Send(_relay, new HostFailed(Place(1)));
            told = await Receive(_relay);
            failed = _board.Read(Place(1));
            await _run.Pass(TimeSpan.FromSeconds(10));
            await Until(() => _board.MayServe(Place(1)));
        });

        Assert.Equal(new HostDown(Place(1)), told);
        Assert.Equal((HostState.Down, 3, (int)CheckResult.TcpConnectOk), (failed.State, failed.FailedSessions, failed.Result));
        Assert.Contains("Info host 127.0.0.1, 3 failures of sessions, state up -> down, availability 100.00%", _said.Lines, StringComparer.Ordinal);
        Assert.Equal(0, _board.Read(Place(1)).FailedSessions);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 99)]
    public void What_relays_say_of_others_means_nothing(int failures, int host)
    {
        Configure(1, Table(1, _tcp, Host(1) with { Failures = failures }));
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            await Until(() => IsReady);
            Send(_relay, new HostFailed(Place(host)));
            Send(_control, new Poll(1));
            await Until(() => _board.Read(Place(1)).Checks == 2);
        });

        Assert.True(_board.MayServe(Place(1)));
    }

    [Theory]
    [InlineData("host")]
    [InlineData("table")]
    public void Who_is_taken_out_of_service_is_told_to_relays(string what)
    {
        HealthMessage? told = null;
        _ = Obeyed(
            what is "host" ? new HostCommand(5, 1, HostAction.Drain, 1) : new TableCommand(5, 1, TableAction.Disable, 1),
            async () => told = await Receive(_relay));

        Assert.Equal(new HostWithdrawn(Place(1)), told);
    }

    [Fact]
    public void A_child_has_the_state_of_its_parent_and_no_check_of_its_own()
    {
        Configure(1, Table(1, _tcp, Host(1), Host(2) with { ParentId = 1 }));
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            await Until(() => IsReady && _host.Accepted > 0);
        });

        Assert.True(_board.MayServe(Place(2)));
        Assert.Equal(1, _host.Accepted);
    }

    [Fact]
    public void A_reload_keeps_what_is_known_and_checks_what_is_new_first()
    {
        bool wasReady = true;
        bool stayed = false;
        Configure(1, Table(1, _tcp, Host(1)));
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            await Until(() => IsReady);
            Configure(2, Table(1, _tcp, Host(2) with { Id = 1 }, Host(1) with { Id = 2 }));
            _context.Reconfigured();
            wasReady = IsReady;
            stayed = _board.MayServe(Place(1));
            await Until(() => IsReady);
        });

        Assert.False(wasReady);
        Assert.True(stayed);
        Assert.True(_board.MayServe(Place(2)));
        Assert.Equal(1L, _board.Read(Place(1)).Checks);
    }

    [Fact]
    public void A_host_that_is_gone_leaves_its_place_empty_when_nobody_sends_there_any_more()
    {
        Configure(1, Table(1, _tcp, Host(1), Host(2)));
        bool mayServe = false;
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            await Until(() => IsReady);
            Configure(2, Table(1, _tcp, Host(1)));
            _context.Reconfigured();
            await _run.Pass(TimeSpan.FromSeconds(29));
            mayServe = _board.MayServe(Place(2));
            await _run.Pass(TimeSpan.FromSeconds(2));
        });

        Assert.True(mayServe);
        Assert.Equal(default, _board.Read(Place(2)));
    }

    [Fact]
    public void A_successor_takes_over_what_the_board_says()
    {
        HostHealth left = new() { State = HostState.Up, Checks = 9, Ups = 8, LastChange = DateTimeOffset.UnixEpoch.AddDays(1) };
        _board.Write(Place(1), left);
        _board.Write(Place(2), left with { Withdrawal = Withdrawal.Disabled, State = HostState.Unknown });
        bool stayed = false;
        Configure(1, Table(1, _tcp, Host(1), Host(2)));
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            stayed = _board.MayServe(Place(1));
            await Until(() => IsReady && _host.Accepted > 0);
        });

        Assert.True(stayed);
        Assert.Equal((10L, 9L), (_board.Read(Place(1)).Checks, _board.Read(Place(1)).Ups));
        Assert.Equal(Withdrawal.Disabled, _board.WithdrawalOf(Place(2)));
        Assert.Equal(1, _host.Accepted);
    }

    [Fact]
    public void A_disabled_host_begins_anew_with_its_children_and_is_not_checked()
    {
        CommandAnswer? answer = Obeyed(new HostCommand(5, 1, HostAction.Disable, 1));

        Assert.Equal(new CommandAnswer(5, CommandOutcome.Done), answer);
        Assert.Equal(new HostHealth { Withdrawal = Withdrawal.Disabled }, _board.Read(Place(1)) with { LastChange = null });
        Assert.Equal(Withdrawal.Disabled, _board.WithdrawalOf(Place(2)));
    }

    [Fact]
    public void A_drained_host_stays_as_it_is_but_gets_no_session()
    {
        _ = Obeyed(new HostCommand(5, 1, HostAction.Drain, 1));

        Assert.Equal((HostState.Up, Withdrawal.Draining), (_board.State(Place(1)), _board.WithdrawalOf(Place(1))));
        Assert.False(_board.MayServe(Place(1)));
    }

    [Theory]
    [InlineData(2, 1, (int)CommandOutcome.Refused)]
    [InlineData(99, 1, (int)CommandOutcome.Refused)]
    [InlineData(1, 2, (int)CommandOutcome.OtherGeneration)]
    public void A_command_for_whom_it_is_not_is_refused(int host, int generation, int outcome) => Assert.Equal(
        new CommandAnswer(7, (CommandOutcome)outcome), Obeyed(new HostCommand(7, (uint)generation, HostAction.Disable, host)));

    [Fact]
    public void A_disabled_table_has_no_host_that_serves()
    {
        CommandAnswer? answer = Obeyed(new TableCommand(8, 1, TableAction.Disable, 1));

        Assert.Equal(new CommandAnswer(8, CommandOutcome.Done), answer);
        Assert.Equal((HostState.Unknown, Withdrawal.TableDisabled), (_board.State(Place(1)), _board.WithdrawalOf(Place(1))));
    }

    [Fact]
    public void A_poll_checks_all_hosts_now()
    {
        _ = Obeyed(new Poll(9), async () => await Until(() => _board.Read(Place(1)).Checks == 2));

        Assert.Equal(2L, _board.Read(Place(1)).Checks);
    }

    [Fact]
    public void A_script_decides_with_its_status()
    {
        Configure(1, Table(1, new ScriptCheck("/bin/check"), Host(1)));
        HealthMessage? question = null;
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            question = await Receive(_script);
            Send(_script, new ScriptEnded(((RunScript)question!).Number, ScriptEnd.Exited, 1));
            await Until(() => IsReady);
        });

        Assert.Equal(new RunScript(1, "/bin/check", "127.0.0.1", TimeSpan.FromMilliseconds(200)), question);
        Assert.Equal(((int)CheckResult.ScriptOk, HostState.Up), (_board.Read(Place(1)).Result, _board.State(Place(1))));
    }

    [Fact]
    public void Without_the_script_process_nothing_is_known_of_a_host()
    {
        Configure(1, Table(1, new ScriptCheck("/bin/check"), Host(1)));
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            _ = await Receive(_script);
            _script.Dispose();
            await Until(() => IsReady);
        });

        Assert.Equal(((int)CheckResult.IntervalTimeout, HostState.Unknown), (_board.Read(Place(1)).Result, _board.State(Place(1))));
    }

    [Fact]
    public void What_is_no_command_is_passed_over()
    {
        Configure(1, Table(1, check: null, Host(1)));
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            _ = _control.TrySend("nonsense"u8);
            _ = _relay.TrySend([3, 0, 0, 0, 0, 0, 0, 0, 0]);
            await Until(() => _said.Lines.Count == 2);
        });

        Assert.All(_said.Lines, line => Assert.EndsWith("asked what is no question: passed over", line, StringComparison.Ordinal));
    }

    private static int Place(int host) => 100 + host;

    private static Host Host(int id) => new() { Id = id, Place = Place(id), Name = $"127.0.0.{(id < 3 ? 1 : id)}", Address = IPAddress.Loopback };

    private Table Table(int id, Check? check, params Host[] hosts) =>
        new() { Id = id, Place = id, Definition = "web", Port = _port, Check = check, Hosts = [.. hosts] };

    private Channel Connect(string role)
    {
        (Channel ours, Channel theirs) = Channel.CreatePair();
        ours.Attach(_run.Loop);
        theirs.Attach(_run.Loop);
        _context.Take(new Peer(role, 0, theirs));
        return ours;
    }

    private void Configure(uint generation, params Table[] tables)
    {
        RelaydConfiguration configuration = new() { Tables = [.. tables], Log = new LogSettings { StateChanges = true } };
        _context.Take(generation, ConfigurationWire.Write(ConfigurationWire.ForHealth(configuration)), []);
    }

    // With a host that is up, and one that shares its state.
    private CommandAnswer? Obeyed(HealthMessage command, Func<ValueTask>? then = null)
    {
        CommandAnswer? answer = null;
        Configure(1, Table(1, _tcp, Host(1), Host(2) with { ParentId = 1 }));
        _run.Run(async () =>
        {
            HealthProcess.Run(_context);
            await Until(() => IsReady);
            Send(_control, command);
            while (answer is null)
            {
                answer = await Receive(_control) as CommandAnswer;
            }

            await (then?.Invoke() ?? default);
        });
        return answer;
    }

    private async ValueTask Until(Func<bool> isSo)
    {
        while (!isSo())
        {
            await _run.Loop.NextTurn();
        }
    }

    private async ValueTask<HealthMessage?> Receive(Channel channel)
    {
        ChannelResult received;
        while ((received = channel.TryReceive(_message, out _)).Status == ChannelStatus.Again && await channel.Readable() == Wake.Ready)
        {
            // Not yet.
        }

        return HealthMessage.Read(_message.AsSpan(0, received.LengthBytes));
    }

    private static void Send(Channel channel, HealthMessage message)
    {
        WireWriter writer = new();
        message.Write(writer);
        Assert.Equal(ChannelStatus.Done, channel.TrySend(writer.Written));
    }
}
