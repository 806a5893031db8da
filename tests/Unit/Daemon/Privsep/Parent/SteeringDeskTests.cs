using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;

using Microsoft.Win32.SafeHandles;

using Sluice.Daemon.Names;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Privsep.Parent;
using Sluice.Daemon.Program;
using Sluice.Engine.Native;
using Sluice.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Parent;

/// <summary>What roles that steer may have done, and what they are answered (D-09).</summary>
public sealed class SteeringDeskTests : IDisposable
{
    private const int Number = 7;
    private const string File = "/etc/first.conf";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly DaemonState _state = new() { Generation = 3 };
    private readonly List<string> _done = [];
    private readonly SteeringDesk _desk;
    private (string? Failure, string Messages) _outcome = (null, "");
    private bool _isServing = true;

    public SteeringDeskTests()
    {
        RecordingProgram program = new(_done);
        _desk = new SteeringDesk(program, CommandLine.Parse(program, ["-d", "-f", File], TextWriter.Null)!, _state, new SteeringPowers
        {
            MayChange = () => _isServing,
            Reload = reading => Read("reload", reading),
            Feed = reading => Read("feed", reading),
            ChangeVerbosity = verbosity => _done.Add(FormattableString.Invariant($"verbosity {verbosity}")),
            End = () => _done.Add("end"),
        });
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_reload_reads_the_file_of_the_command_line()
    {
        SteeringAnswer answer = await Steer(SteeringKind.Reload);

        Assert.Equal(["reload", $"load {File}: its own text"], _done);
        Assert.Equal((Number, SteeringOutcome.Done, ""), (answer.Number, answer.Outcome, answer.Text));
    }

    [Fact]
    public async Task A_reload_that_fails_is_refused_with_all_that_was_said()
    {
        _outcome = ("a mistake", "a.conf:1: a mistake\na.conf:2: another\n");

        SteeringAnswer answer = await Steer(SteeringKind.Reload);

        Assert.Equal((SteeringOutcome.Refused, _outcome.Messages), (answer.Outcome, answer.Text));
    }

    [Fact]
    public async Task A_change_that_is_done_says_what_was_warned_of()
    {
        _outcome = (null, "a.conf:1: warning\n");

        SteeringAnswer answer = await Steer(SteeringKind.Reload);

        Assert.Equal((SteeringOutcome.Done, _outcome.Messages), (answer.Outcome, answer.Text));
    }

    [Fact]
    public async Task The_answer_has_the_generation_that_the_change_has_made() =>
        Assert.Equal(4u, (await Steer(SteeringKind.Reload)).Generation);

    [Fact]
    public async Task A_file_that_comes_with_the_request_is_read_under_the_name_that_was_said()
    {
        SteeringAnswer answer = await Load(Path("other.conf", "relay"));

        Assert.Equal(["reload", "load other.conf: relay"], _done);
        Assert.Equal(SteeringOutcome.Done, answer.Outcome);
    }

    [Fact]
    public async Task Without_a_file_there_is_nothing_to_load()
    {
        SteeringAnswer answer = await Steer(SteeringKind.Load, "other.conf"u8.ToArray());

        Assert.Equal((SteeringOutcome.Refused, "other.conf: no file came with the request"), (answer.Outcome, answer.Text));
        Assert.Empty(_done);
    }

    [Fact]
    public async Task What_is_no_regular_file_is_not_read()
    {
        SteeringAnswer answer = await Load("/dev/null");

        Assert.Equal((SteeringOutcome.Refused, "other.conf: cannot be read: it must be a regular file of at most 16777216 bytes"), (answer.Outcome, answer.Text));
        Assert.Empty(_done);
    }

    [Fact]
    public async Task A_file_that_is_too_long_is_not_read()
    {
        string path = Path("long.conf", "");
        using (FileStream file = System.IO.File.OpenWrite(path))
        {
            file.SetLength((16 << 20) + 1);
        }

        Assert.Equal(SteeringOutcome.Refused, (await Load(path)).Outcome);
        Assert.Empty(_done);
    }

    [Fact]
    public async Task A_change_of_the_configuration_in_use_is_handed_to_the_program()
    {
        _ = await Steer(SteeringKind.Amend, "host 1 off"u8.ToArray());

        Assert.Equal(["reload", "amend: host 1 off"], _done);
    }

    [Fact]
    public async Task What_a_source_of_hosts_says_waits_for_what_it_said_before()
    {
        _ = await Steer(SteeringKind.Feed, "10.0.0.1"u8.ToArray());

        Assert.Equal(["feed", "feed: 10.0.0.1"], _done);
    }

    [Fact]
    public async Task How_much_is_logged_is_one_byte()
    {
        SteeringAnswer answer = await Steer(SteeringKind.Verbosity, [2]);

        Assert.Equal((SteeringOutcome.Done, "verbosity 2"), (answer.Outcome, Assert.Single(_done)));
    }

    [Theory]
    [InlineData(SteeringKind.Verbosity, 0)]
    [InlineData(SteeringKind.Verbosity, 2)]
    [InlineData((SteeringKind)99, 0)]
    public async Task What_is_not_understood_changes_nothing(SteeringKind kind, int length)
    {
        SteeringAnswer answer = await Steer(kind, new byte[length]);

        Assert.Equal((SteeringOutcome.Refused, "not understood"), (answer.Outcome, answer.Text));
        Assert.Empty(_done);
    }

    [Fact]
    public async Task The_end_is_answered()
    {
        SteeringAnswer answer = await Steer(SteeringKind.Stop);

        Assert.Equal((SteeringOutcome.Done, "end"), (answer.Outcome, Assert.Single(_done)));
    }

    [Theory]
    [InlineData(SteeringKind.Reload)]
    [InlineData(SteeringKind.Load)]
    [InlineData(SteeringKind.Amend)]
    [InlineData(SteeringKind.Feed)]
    [InlineData(SteeringKind.Verbosity)]
    [InlineData(SteeringKind.Stop)]
    public async Task A_daemon_that_ends_does_nothing_of_it_any_more(SteeringKind kind)
    {
        _isServing = false;

        SteeringAnswer answer = await Steer(kind, [1]);

        Assert.Equal((SteeringOutcome.Refused, "relayd ends"), (answer.Outcome, answer.Text));
        Assert.Empty(_done);
    }

    [Fact]
    public async Task What_is_too_long_for_an_answer_is_cut()
    {
        _outcome = ("mistakes", new string('x', 2 * SteeringAnswer.LongestText));

        Assert.Equal(SteeringAnswer.LongestText, (await Steer(SteeringKind.Reload)).Text.Length);
    }

    private ValueTask<SteeringAnswer> Steer(SteeringKind kind, byte[]? content = null) =>
        _desk.Steer(new SteeringRequest(1, Number, kind, content), ReceivedDescriptors.None);

    private async ValueTask<SteeringAnswer> Load(string path)
    {
        using ReceivedDescriptors descriptors = Opened(path);
        return await _desk.Steer(new SteeringRequest(1, Number, SteeringKind.Load, "other.conf"u8.ToArray()), descriptors);
    }

    private static ReceivedDescriptors Opened(string path)
    {
        using SafeFileHandle file = System.IO.File.OpenHandle(path);
        int descriptor = Libc.fcntl((int)file.DangerousGetHandle(), Libc.F_DUPFD_CLOEXEC, 0);
        return new ReceivedDescriptors(MemoryMarshal.AsBytes([descriptor]));
    }

    private string Path(string name, string text)
    {
        string path = System.IO.Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    // As the parent does: what is read is used, and is of another generation.
    private ValueTask<(string? Failure, string Messages)> Read(string how, Reading reading)
    {
        _done.Add(how);
        _ = reading(RecordingProgram.Loaded, HostNames.AskedHere(), TextWriter.Null);
        _state.Generation++;
        return ValueTask.FromResult(_outcome);
    }

    private sealed class RecordingProgram(List<string> done) : DaemonProgram
    {
        public static LoadedConfiguration Loaded { get; } = new() { Prefork = 1, Listeners = [], Payloads = new Dictionary<string, SealedMemory>(StringComparer.Ordinal) };

        public override string Name => "relayd";

        public override string DefaultConfigurationFile => "/etc/relayd.conf";

        public override RoleTable Roles => Sluice.Daemon.Privsep.Roles.Relayd;

        public override LoadedConfiguration? Load(CommandLine commandLine, LoadedConfiguration? running, HostNames names, TextWriter messages) =>
            Record($"load {commandLine.ConfigurationFile}", commandLine.ConfigurationText ?? "its own text"u8.ToArray());

        public override LoadedConfiguration? Amend(CommandLine commandLine, LoadedConfiguration running, ReadOnlyMemory<byte> change, TextWriter messages) =>
            Record("amend", change);

        public override LoadedConfiguration? Feed(CommandLine commandLine, LoadedConfiguration running, ReadOnlyMemory<byte> answer, TextWriter messages) =>
            Record("feed", answer);

        public override void RunChild(ChildContext context)
        {
        }

        private LoadedConfiguration Record(string what, ReadOnlyMemory<byte> content)
        {
            done.Add($"{what}: {Encoding.UTF8.GetString(content.Span)}");
            return Loaded;
        }
    }
}
