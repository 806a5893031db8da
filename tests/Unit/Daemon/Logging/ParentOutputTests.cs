using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Wire;
using Sluice.Engine.Processes;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Daemon.Logging;

public sealed class ParentOutputTests : IDisposable
{
    private readonly Channel _child;
    private readonly Channel _parent;
    private readonly ParentOutput _output;

    public ParentOutputTests()
    {
        (_child, _parent) = Channel.CreatePair();
        _output = new ParentOutput(_child);
    }

    public void Dispose()
    {
        _child.Dispose();
        _parent.Dispose();
    }

    [Fact]
    public void Lines_of_a_turn_are_one_message()
    {
        _output.Write(Severity.Info, "one"u8);
        _output.Write(Severity.Debug, "two\n"u8);

        _output.Flush();

        Assert.Equal(["Info one", """Debug two\n"""], Received().Single().Lines.Select(line => $"{line.Severity} {Encoding.ASCII.GetString(line.Text.Span)}"), StringComparer.Ordinal);
    }

    [Fact]
    public void Lines_that_are_written_already_make_the_same_message()
    {
        byte[] lines = new byte[64];
        int first = LogLine.Write(lines, Severity.Info, "one"u8);
        int second = LogLine.Write(lines.AsSpan(first), Severity.Error, "two"u8);
        WireWriter gathered = new();
        LogLines.Write(gathered, 7, 2, lines.AsSpan(0, first + second));
        WireWriter written = new();
        new LogLines(0, 7, [new LogLine(Severity.Info, "one"u8.ToArray()), new LogLine(Severity.Error, "two"u8.ToArray())]).Write(written);

        Assert.Equal(written.Written, gathered.Written);
        Assert.Equal(first, LogLine.LengthOfFirst(lines));
    }

    [Fact]
    public void Gathered_lines_leave_together_a_moment_later()
    {
        using LoopRun run = new();
        List<LogLines> early = [];
        run.Run(async () =>
        {
            _output.Begin(run.Loop);
            _output.Gather("one"u8);
            await run.Pass(TimeSpan.FromMilliseconds(20));
            _output.Gather("two"u8);
            await run.Pass(TimeSpan.FromMilliseconds(20));
            early = Received();
            await run.Pass(TimeSpan.FromMilliseconds(20));
        });

        Assert.Empty(early);
        Assert.Equal(["one", "two"], Texts(Received().Single()), StringComparer.Ordinal);
    }

    [Fact]
    public void Others_take_gathered_lines_with_them()
    {
        using LoopRun run = new();
        run.Run(async () =>
        {
            _output.Begin(run.Loop);
            _output.Gather("one"u8);
            _output.Write(Severity.Info, "two"u8);
            await run.Loop.NextTurn();
            await run.Loop.NextTurn();
        });

        Assert.Equal(["one", "two"], Texts(Received().Single()), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Gathering_allocates_nothing()
    {
        using LoopRun run = new();
        _output.Begin(run.Loop);
        byte[] message = new byte[Channel.LongestMessage];

        Assert.Equal(0, await Allocations.Least(() =>
        {
            _output.Gather("a line of this request"u8);
            _output.Gather("and of that"u8);
            _output.Flush();
            _ = _parent.TryReceive(message, out ReceivedDescriptors descriptors);
            descriptors.Dispose();
            return default;
        }));
    }

    [Fact]
    public void An_error_is_sent_at_once()
    {
        _output.Write(Severity.Error, "broken"u8);

        _ = Assert.Single(Received());
    }

    [Fact]
    public void What_finds_no_room_is_counted_and_the_count_is_sent()
    {
        byte[] line = new byte[LineEncoding.LongestLine - 10];
        line.AsSpan().Fill((byte)'x');
        const int lines = 500;
        Write(line, lines);

        IReadOnlyList<LogLines> received = ReceivedAll();

        int arrived = received.Sum(message => message.Lines.Count);
        long dropped = received.Sum(message => (long)message.Dropped);
        Assert.Equal(lines, arrived + dropped);
        Assert.InRange(dropped, 1, lines - 1);
    }

    [Fact]
    public void Without_a_parent_lines_are_forgotten()
    {
        _parent.Dispose();

        _output.Write(Severity.Error, "nobody hears this"u8);
        _output.Flush();
    }

    private void Write(byte[] line, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _output.Write(Severity.Info, line);
            _output.Flush();
        }
    }

    private static IEnumerable<string> Texts(LogLines message) => message.Lines.Select(static line => Encoding.ASCII.GetString(line.Text.Span));

    private List<LogLines> ReceivedAll()
    {
        List<LogLines> all = [];
        for (List<LogLines> some = Received(); some.Count > 0; some = Received())
        {
            all.AddRange(some);
            _output.Flush();
        }

        return all;
    }

    private List<LogLines> Received()
    {
        List<LogLines> messages = [];
        byte[] buffer = new byte[Channel.LongestMessage];
        while (_parent.TryReceive(buffer, out _) is { Status: ChannelStatus.Done } result)
        {
            messages.Add(Assert.IsType<LogLines>(Message.Read(buffer.AsSpan(0, result.LengthBytes))));
        }

        return messages;
    }
}
