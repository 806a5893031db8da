using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Engine.Processes;

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
