using System;
using System.Diagnostics;

using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Wire;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Logging;

/// <summary>
/// In a child: gathers lines and sends them to the parent in batches, one at the end of a turn at most; when the parent does not
/// take them, keeps some, and counts what finds no room. Allocates only to grow.
/// </summary>
internal sealed class ParentOutput(Channel channel) : LogOutput
{
    /// <summary>How much may wait for the parent.</summary>
    public const int CapacityBytes = 256 * 1024;

    private const int FirstBytes = 1024;
    private const int KeptBytes = 128 * 1024;

    // Lines that come with requests leave when there are so many, or a moment after the first of them.
    private const int EnoughBytes = Channel.LongestMessage / 2;
    private static readonly TimeSpan _longestWait = TimeSpan.FromMilliseconds(50);

    private readonly WireWriter _writer = new();

    // What waits, as LogLine writes it, from start to end.
    private byte[] _lines = [];
    private int _start;
    private int _end;
    private long _dropped;

    // They have waited long enough.
    private bool _areDue;
    private DeadlineQueue? _waits;
    private Alarm? _wait;

    /// <summary>Where dropped lines are counted once the child has its counters.</summary>
    public Statistics? Statistics { get; set; }

    private int WaitingBytes => _end - _start;

    /// <summary>From now on lines leave at the end of the turn in which they came.</summary>
    /// <param name="loop">Of the process.</param>
    public void Begin(EventLoop loop)
    {
        _waits = loop.Timeouts(_longestWait);
        _wait = new Alarm(Flush);
        loop.AtEndOfTurn(FlushDue);
        Flush();
    }

    public override void Write(Severity severity, ReadOnlySpan<byte> text)
    {
        Keep(severity, text);
        _areDue = true;

        // What goes wrong badly may be the last thing that this process says.
        if (severity == Severity.Error)
        {
            Flush();
        }
    }

    public override void Gather(ReadOnlySpan<byte> text)
    {
        Keep(Severity.Info, text);
        if (_wait is null || WaitingBytes >= EnoughBytes)
        {
            _areDue = true;
        }
        else if (!_wait.IsArmed)
        {
            _wait.Arm(_waits!);
        }
    }

    /// <summary>Sends what waits, as far as the parent takes it.</summary>
    public void Flush()
    {
        _areDue = true;
        _wait?.Disarm();
        while (WaitingBytes > 0 || _dropped > 0)
        {
            ReadOnlySpan<byte> batch = NextBatch(out int count);
            _writer.Clear();
            LogLines.Write(_writer, (ulong)_dropped, count, batch);
            if (channel.TrySend(_writer.Written) == ChannelStatus.Again)
            {
                return;
            }

            // Sent, or the parent is gone and nobody will ever read it.
            _dropped = 0;
            _start += batch.Length;
        }

        (_start, _end, _areDue) = (0, 0, false);
        _lines = _lines.Length > KeptBytes ? [] : _lines;
    }

    private void FlushDue()
    {
        if (_areDue)
        {
            Flush();
        }
    }

    private void Keep(Severity severity, ReadOnlySpan<byte> text)
    {
        Span<byte> room = Room(int.Min(LogLine.OverheadBytes + LineEncoding.Bound(text.Length), CapacityBytes - WaitingBytes));
        int length = LogLine.Write(room, severity, text);
        if (length == 0)
        {
            _dropped++;
            Statistics?.CountDroppedLogLines(1);
        }

        _end += length;
    }

    private Span<byte> Room(int size)
    {
        if (_lines.Length - _end < size)
        {
            // Where half of it is done with already, nothing has to grow.
            byte[] target = _start > _lines.Length / 2 && WaitingBytes + size <= _lines.Length
                ? _lines
                : new byte[int.Max(FirstBytes, 2 * (WaitingBytes + size))];
            _lines.AsSpan(_start, WaitingBytes).CopyTo(target);
            (_lines, _start, _end) = (target, 0, WaitingBytes);
        }

        return _lines.AsSpan(_end, size);
    }

    // Whole lines, as many as one message holds.
    private ReadOnlySpan<byte> NextBatch(out int count)
    {
        ReadOnlySpan<byte> waiting = _lines.AsSpan(_start, WaitingBytes);
        int length = 0;
        for (count = 0; length < waiting.Length; count++)
        {
            int next = LogLine.LengthOfFirst(waiting[length..]);
            if (LogLines.OverheadBytes + length + next > Channel.LongestMessage)
            {
                break;
            }

            length += next;
        }

        Debug.Assert(count > 0 || waiting.IsEmpty, "Each line has room in a message.");
        return waiting[..length];
    }
}
