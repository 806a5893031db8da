using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Relayd.Health;
using Sluice.Relayd.Health.Scripts;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Health.Scripts;

/// <summary>The keeper on a loop of the test; what scripts leave behind is not ended here, for that concerns all children of the test's process.</summary>
public sealed class ScriptKeeperTests : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(1);

    private readonly LoopRun _run = new();
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("script-");
    private readonly List<string> _warnings = [];
    private readonly ScriptKeeper _keeper;
    private readonly Channel _asker;
    private readonly Outbox _outbox;
    private readonly byte[] _message = new byte[HealthMessage.MostBytes];

    public ScriptKeeperTests()
    {
        _keeper = new ScriptKeeper(_run.Loop, _warnings.Add, static _ => 0);
        (_asker, Channel ours) = Channel.CreatePair();
        _asker.Attach(_run.Loop);
        ours.Attach(_run.Loop);
        _outbox = new Outbox(_run.Loop, ours);
    }

    public void Dispose()
    {
        _asker.Dispose();
        _run.Dispose();
        _root.Delete(recursive: true);
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 1", 1)]
    [InlineData("exit 255", 255)]
    [InlineData("test \"$1\" = 192.0.2.1 && exit 3", 3)]
    [InlineData("test \"$#\" = 1 && exit 3", 3)]
    [InlineData("test \"$(ls /proc/self/fd | wc -l)\" -le 5 && exit 3", 3)]
    [InlineData("yes | head -c 10000000; echo x >&2; exit 3", 3)]
    [InlineData("read line || exit 3", 3)]
    [InlineData("set -- $(cat /proc/$$/stat); test $6 = $$ && exit 3", 3)]
    public void A_script_says_with_its_status_how_a_host_is(string script, int status) =>
        Assert.Equal(new ScriptEnded(1, ScriptEnd.Exited, status), Ran(Write(script)));

    [Fact]
    public void A_script_has_this_environment_and_no_other()
    {
        Ran(Write($"env | sort | grep -v -e ^PWD= -e ^_= -e ^SHLVL= > {_root.FullName}/out"));

        Assert.Equal(
            $"HOME=/\nLANG=C\nPATH={ScriptStart.SearchPath}\nSHELL=/bin/sh\n", File.ReadAllText(_root.FullName + "/out").Replace(Zone, "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_script_without_a_slash_is_searched_for() => Assert.Equal(new ScriptEnded(1, ScriptEnd.Exited, 1), Ran("false"));

    [Fact]
    public void A_text_without_an_interpreter_is_the_shells()
    {
        string path = Write("exit 4");
        File.WriteAllText(path, "exit 4\n");

        Assert.Equal(new ScriptEnded(1, ScriptEnd.Exited, 4), Ran(path));
    }

    [Fact]
    public void A_script_that_a_signal_ends_is_said_to_be_killed() => Assert.Equal(new ScriptEnded(1, ScriptEnd.Killed, 0), Ran(Write("kill -9 $$")));

    [Fact]
    public void A_script_that_is_not_there_is_not_executable()
    {
        Assert.Equal(new ScriptEnded(1, ScriptEnd.NotExecutable, 0), Ran(_root.FullName + "/missing"));
        _ = Assert.Single(_warnings);
    }

    [Fact]
    public void A_script_that_no_table_has_is_not_run()
    {
        string path = Write("exit 1");
        ScriptEnded? ended = null;
        _run.Run(async () =>
        {
            _keeper.Take(new RunScript(1, path, "192.0.2.1", _timeout), _outbox);
            _keeper.Allow([new ScriptCall(path, "192.0.2.2")]);
            ended = await Answer();
        });

        Assert.Equal(new ScriptEnded(1, ScriptEnd.NotExecutable, 0), ended);
    }

    [Fact]
    public void A_script_of_a_configuration_that_is_to_come_waits_for_it()
    {
        string path = Write("exit 1");
        ScriptEnded? ended = null;
        _run.Run(async () =>
        {
            _keeper.Take(new RunScript(1, path, "192.0.2.1", _timeout), _outbox);
            _keeper.Allow([new ScriptCall(path, "192.0.2.1")]);
            ended = await Answer();
        });

        Assert.Equal(new ScriptEnded(1, ScriptEnd.Exited, 1), ended);
    }

    [Fact]
    public void A_script_that_hangs_is_killed_with_what_it_started()
    {
        string path = Write($"sleep 1000 & echo $! > {_root.FullName}/pid.new; mv {_root.FullName}/pid.new {_root.FullName}/pid; wait");
        ScriptEnded? ended = null;
        _run.Run(async () =>
        {
            Begin(path, 1);
            await Written(_root.FullName + "/pid");
            await _run.Pass(_timeout);
            ended = await Answer();
        });

        Assert.Equal(new ScriptEnded(1, ScriptEnd.TimedOut, 0), ended);
        string stat = $"/proc/{File.ReadAllText(_root.FullName + "/pid").Trim()}/stat";
        Assert.True(!File.Exists(stat) || File.ReadAllText(stat).Contains(") Z", StringComparison.Ordinal) || IsGoneSoon(stat));
    }

    [Fact]
    public void More_than_the_most_wait_for_their_turn()
    {
        string path = Write("exit 1");
        List<long> numbers = [];
        _run.Run(async () =>
        {
            _keeper.Allow([new ScriptCall(path, "192.0.2.1")]);
            Ask(path, 3 * ScriptKeeper.MostAtOnce);
            await Collect(numbers, 3 * ScriptKeeper.MostAtOnce);
        });

        Assert.Equal(Enumerable.Range(1, 3 * ScriptKeeper.MostAtOnce).Select(number => (long)number), numbers.Order());
    }

    // Set for this process, it is the scripts' as well.
    private static string Zone => Environment.GetEnvironmentVariable("TZ") is { } zone ? $"TZ={zone}\n" : "?";

    private static bool IsGoneSoon(string stat)
    {
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        while (File.Exists(stat) && watch.Elapsed < TimeSpan.FromSeconds(30))
        {
            System.Threading.Thread.Yield();
        }

        return !File.Exists(stat);
    }

    private string Write(string script)
    {
        string path = _root.FullName + "/check";
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private ScriptEnded? Ran(string path)
    {
        ScriptEnded? ended = null;
        _run.Run(async () =>
        {
            Begin(path, 1);
            ended = await Answer();
        });
        return ended;
    }

    private void Begin(string path, int count)
    {
        _keeper.Allow([new ScriptCall(path, "192.0.2.1")]);
        Ask(path, count);
    }

    private void Ask(string path, int count)
    {
        for (int number = 1; number <= count; number++)
        {
            _keeper.Take(new RunScript(number, path, "192.0.2.1", _timeout), _outbox);
        }
    }

    private async ValueTask Written(string path)
    {
        while (!File.Exists(path))
        {
            await _run.Loop.NextTurn();
        }
    }

    private async ValueTask Collect(List<long> numbers, int count)
    {
        while (numbers.Count < count)
        {
            numbers.Add((await Answer())!.Number);
        }
    }

    private async ValueTask<ScriptEnded?> Answer()
    {
        ChannelResult received;
        while ((received = _asker.TryReceive(_message, out _)).Status == ChannelStatus.Again && await _asker.Readable() == Wake.Ready)
        {
            // Not yet.
        }

        return HealthMessage.Read(_message.AsSpan(0, received.LengthBytes)) as ScriptEnded;
    }
}
