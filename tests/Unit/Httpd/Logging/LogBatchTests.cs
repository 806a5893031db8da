using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Engine.Processes;
using Sluice.Httpd.Logging;

using Xunit;

namespace Sluice.Unit.Httpd.Logging;

public sealed class LogBatchTests
{
    [Fact]
    public void Lines_for_one_log_are_one_run() =>
        Assert.Equal(["1:one\ntwo\n"], Runs((1, "one\n"), (1, "two\n")));

    [Fact]
    public void Another_log_begins_another_run() =>
        Assert.Equal(["1:one\n", "2:two\n", "1:three\n"], Runs((1, "one\n"), (2, "two\n"), (1, "three\n")));

    [Fact]
    public void A_line_that_does_not_fit_is_refused()
    {
        LogBatch batch = new();
        int most = Channel.LongestMessage - 12;
        Assert.True(batch.TryReserve(most, out _));
        Assert.False(batch.TryReserve(most + 1, out _));
    }

    [Fact]
    public void What_is_no_batch_ends_the_reading()
    {
        ReadOnlySpan<byte> rest = [1, 0, 200, 0, 65];
        Assert.False(LogBatch.TryReadRun(ref rest, out _, out _));
    }

    [Fact]
    public void The_header_says_the_generation_and_what_was_dropped()
    {
        LogBatch batch = new() { Generation = 7, Dropped = 3 };
        ReadOnlySpan<byte> rest = batch.Message();
        Assert.True(LogBatch.TryReadHeader(ref rest, out uint generation, out uint dropped));
        Assert.Equal((7u, 3u), (generation, dropped));
    }

    private static List<string> Runs(params (ushort Log, string Line)[] lines)
    {
        LogBatch batch = new();
        foreach ((ushort log, string line) in lines)
        {
            Assert.True(batch.TryReserve(100, out Span<byte> room));
            batch.Commit(log, Encoding.ASCII.GetBytes(line, room));
        }

        List<string> runs = [];
        ReadOnlySpan<byte> rest = batch.Message();
        Assert.True(LogBatch.TryReadHeader(ref rest, out _, out _));
        while (LogBatch.TryReadRun(ref rest, out ushort log, out ReadOnlySpan<byte> run))
        {
            runs.Add($"{log}:{Encoding.ASCII.GetString(run)}");
        }

        return runs;
    }
}
