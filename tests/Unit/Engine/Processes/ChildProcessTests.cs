using System.Collections.Generic;
using System.Globalization;
using System.IO;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Engine.Processes;

public sealed class ChildProcessTests
{
    [Fact]
    public void A_child_has_its_title_its_arguments_and_exactly_its_environment()
    {
        using Prober child = new(ProbeProgram.ByOwnHost("describe", "more"));
        IReadOnlyDictionary<string, string> it = child.Description();

        Assert.Equal("prober", it["title"]);
        Assert.Equal("describe more", it["arguments"]);
        Assert.Equal("DOTNET_EnableDiagnostics=0 TZ=Europe/Berlin", it["environment"]);
        Assert.Equal(new ChildExit(7, 0), child.Finish());
    }

    [Fact]
    public void A_child_inherits_what_is_named_and_nothing_else()
    {
        using SealedMemory extra = SealedMemory.Create("extra", "x"u8);
        using FileStream bystander = File.OpenRead("/etc/passwd");
        using Prober child = new(ProbeProgram.ByOwnHost("describe") with { Descriptors = [extra.Descriptor, extra.Descriptor] });

        Assert.Equal("0 1 2 4 5", child.Description()["inherited"]);
    }

    [Fact]
    public void A_child_blocks_no_signal_and_leads_a_session_when_told_so()
    {
        using Prober child = new(ProbeProgram.ByOwnHost("describe") with { Group = ProcessGroup.NewSession });
        IReadOnlyDictionary<string, string> it = child.Description();

        Assert.Equal("0000000000000000", it["SigBlk"]);
        Assert.Equal(it["pid"], it["NSsid"]);
    }

    [Fact]
    public void A_child_leads_a_group_in_our_session_when_told_so()
    {
        using Prober child = new(ProbeProgram.ByOwnHost("describe") with { Group = ProcessGroup.New });
        IReadOnlyDictionary<string, string> it = child.Description();

        Assert.Equal(it["pid"], it["NSpgid"]);
        Assert.False(it["pid"] == it["NSsid"]);
    }

    [Fact]
    public void The_streams_of_a_child_can_go_nowhere()
    {
        using Prober child = new(ProbeProgram.ByOwnHost("describe") with { Streams = StandardStreams.Null });

        Assert.Equal("/dev/null", child.Description()["output"]);
    }

    public static TheoryData<SpawnOptions> BothHosts(string command) =>
        [ProbeProgram.ByOwnHost(command), ProbeProgram.ByDotnet(command)];

    [Theory]
    [MemberData(nameof(BothHosts), "spawn")]
    public void A_program_starts_itself_however_it_was_started(SpawnOptions host)
    {
        using Prober child = new(host);
        IReadOnlyDictionary<string, string> grandchild = child.Description();

        Assert.Equal("grandchild", grandchild["title"]);
        Assert.Equal("describe spawned", grandchild["arguments"]);
        Assert.Equal("DOTNET_EnableDiagnostics=0 ONLY=this", grandchild["environment"]);
        Assert.Equal(new ChildExit(7, 0), child.Finish());
    }

    [Theory]
    [MemberData(nameof(BothHosts), "execute")]
    public void A_program_executes_itself_in_place_however_it_was_started(SpawnOptions host)
    {
        using Prober child = new(host);
        IReadOnlyDictionary<string, string> again = child.Description();

        Assert.Equal(child.ProcessId.ToString(CultureInfo.InvariantCulture), again["pid"]);
        Assert.Equal("again", again["title"]);
        Assert.Equal("describe executed", again["arguments"]);
        Assert.Equal("DOTNET_EnableDiagnostics=0 ONLY=this", again["environment"]);
    }

    [Fact]
    public void Executing_itself_leaves_no_diagnostics_socket_behind()
    {
        SpawnOptions withDiagnostics = ProbeProgram.ByOwnHost("execute") with { Environment = ["PATH=/usr/bin"] };
        using Prober child = new(withDiagnostics);
        _ = child.Description();

        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), $"*-{child.ProcessId}-*"));
    }

    [Fact]
    public void A_killed_child_closes_its_channel_and_tells_the_reason()
    {
        (Channel ours, Channel theirs) = Channel.CreatePair();
        ChildProcess child = ChildProcess.Spawn(ProbeProgram.ByOwnHost("wait") with { Descriptors = [theirs.Descriptor] }, out _)!;
        theirs.Dispose();
        ChildExit? early = child.TryWait();
        child.Kill();

        Assert.Equal(ChannelStatus.Closed, ours.Receive(new byte[1], out _).Status);
        Assert.Equal((null, "killed by SIGKILL, kill or lack of memory"), (early, child.Wait().Describe()));
        ours.Dispose();
    }

    [Fact]
    public void Signalling_a_child_that_was_waited_for_hits_nobody()
    {
        ChildProcess child = ChildProcess.Spawn(new SpawnOptions("true", []) { File = "/bin/true" }, out _)!;
        ChildExit exit = child.Wait();
        child.Terminate();

        Assert.Equal((exit, true), (child.Wait(), exit.IsSuccess));
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error_and_no_child()
    {
        Assert.Null(ChildProcess.Spawn(new SpawnOptions("nothing", []) { File = "/nonexistent" }, out Errno error));
        Assert.Equal(2, (int)error);
    }

    [Theory]
    [InlineData(0x0300, "exited with status 3")]
    [InlineData(6, "killed by SIGABRT, an unhandled exception or a failure of the runtime")]
    [InlineData(0x8b, "killed by SIGSEGV, a bad memory access")]
    [InlineData(40, "killed by signal 40")]
    public void An_end_is_told_in_words(int waitStatus, string words) =>
        Assert.Equal(words, ChildExit.Decode(waitStatus).Describe());

    [Fact]
    public void Root_is_found_among_the_users() => Assert.Equal(new User("root", 0, 0, "/root"), Users.Find("root"));

    [Fact]
    public void A_user_that_is_not_there_is_null() => Assert.Null(Users.Find("no-such-user"));

    [Fact]
    public void The_limit_of_descriptors_never_falls()
    {
        int before = DescriptorLimit.Current;

        Assert.Equal(before, DescriptorLimit.Increase(1));
        Assert.Equal(before, DescriptorLimit.Current);
    }
}
