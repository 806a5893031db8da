using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Http.Text;
using Sluice.Httpd.Logging;
using Sluice.Httpd.Notices;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Notices;

/// <summary>From a refused request to what the notifier reads.</summary>
public sealed class BlockNoticesTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly Outbox _outbox;
    private readonly BlockNotices _notices;
    private readonly List<string> _read = [];
    private Delivery _delivery = Delivery.Taken;

    public BlockNoticesTests()
    {
        _outbox = new Outbox(_run.Loop, Read);
        _notices = new BlockNotices(_outbox);
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Notices_come_in_their_order_with_receiver_and_generation()
    {
        Tell(3, "code $RESPONSE_CODE");
        Tell(3, "");
        Tell(1, "plain");
        _notices.Flush();

        Assert.Equal(["generation 7, dropped 0", "3: code ResponseCode", "3: ", "1: plain"], _read);
    }

    [Fact]
    public void One_without_the_capture_that_it_asks_for_is_dropped_and_counted()
    {
        Tell(0, "%2");
        Tell(0, "%1");
        _notices.Flush();

        Assert.Equal(["generation 7, dropped 1", "0: b"], _read);
    }

    [Fact]
    public void One_that_is_too_long_is_dropped_and_counted() => _run.Run(async () =>
    {
        Tell(0, new string('x', BlockNotices.Longest));
        Tell(0, new string('x', BlockNotices.Longest + 1));
        await _run.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["generation 7, dropped 1", "0: " + new string('x', BlockNotices.Longest)], _read);
    });

    [Fact]
    public void A_count_alone_is_told_too() => _run.Run(async () =>
    {
        Tell(0, "%2");
        await _run.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["generation 7, dropped 1"], _read);
    });

    [Fact]
    public void While_the_notifier_takes_nothing_the_newest_are_dropped_and_the_others_kept() => _run.Run(async () =>
    {
        _delivery = Delivery.Refused;
        TellTen(9000);

        _delivery = Delivery.Taken;
        await _run.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["generation 7, dropped 4", "0: 0", "0: 1", "0: 2", "0: 3", "0: 4", "0: 5"], _read.Select(line => line.Split(" x")[0]), StringComparer.Ordinal);
    });

    [Fact]
    public void What_was_cleared_is_not_told() => _run.Run(async () =>
    {
        Tell(0, "one");
        _notices.Clear();
        await _run.Pass(TimeSpan.FromSeconds(1));

        Assert.Empty(_read);
    });

    [Fact]
    public void A_run_that_was_cut_is_read_as_far_as_it_is_whole()
    {
        byte[] run = [2, 0, (byte)'a', (byte)'b', 0, 0, 1, 0, (byte)'c'];

        Assert.Equal(
            [0, 0, 0, 0, 1, 1, 2, 2, 2, 3], Enumerable.Range(0, run.Length + 1).Select(length => Split(run.AsSpan(0, length)).Count));
    }

    private void Tell(ushort receiver, string text) =>
        _notices.Tell(new NoticeTemplate(receiver, MacroTemplate.Parse(Encoding.ASCII.GetBytes(text), MacroSet.Answer)), 7, new Values());

    private void TellTen(int length)
    {
        for (int i = 0; i < 10; i++)
        {
            Tell(0, $"{i} {new string('x', length)}");
        }
    }

    private Delivery Read(LogBatch batch)
    {
        if (_delivery == Delivery.Taken)
        {
            ReadOnlySpan<byte> rest = batch.Message();
            Assert.True(LogBatch.TryReadHeader(ref rest, out uint generation, out uint dropped));
            _read.Add($"generation {generation}, dropped {dropped}");
            while (LogBatch.TryReadRun(ref rest, out ushort receiver, out ReadOnlySpan<byte> run))
            {
                _read.AddRange(Split(run).Select(text => $"{receiver}: {text}"));
            }
        }

        return _delivery;
    }

    private static List<string> Split(ReadOnlySpan<byte> run)
    {
        List<string> texts = [];
        while (BlockNotices.TryRead(ref run, out ReadOnlySpan<byte> text))
        {
            texts.Add(Encoding.ASCII.GetString(text));
        }

        return texts;
    }

    private sealed class Values : MacroValues
    {
        private static readonly byte[] _subject = [.. "abc"u8];

        public Values()
        {
            Assert.True(new LuaPattern("b"u8).Match(_subject, Captures).IsMatch);
        }

        public override LuaCaptures Captures { get; } = new();

        public override ReadOnlySpan<byte> CaptureSubject => _subject;

        public override bool HasQuery => false;

        public override ReadOnlySpan<byte> Of(Macro macro) => Encoding.ASCII.GetBytes(macro.ToString());
    }
}
