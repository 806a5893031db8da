using System;
using System.Collections.Generic;

using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Wire;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Logging;

/// <summary>
/// In a child: gathers lines and sends them to the parent in batches, one at the end of a turn; when the parent does not
/// take them, keeps some, and counts what finds no room.
/// </summary>
internal sealed class ParentOutput(Channel channel) : LogOutput
{
    /// <summary>How much may wait for the parent.</summary>
    public const int CapacityBytes = 256 * 1024;

    private readonly Queue<LogLine> _waiting = new();
    private readonly WireWriter _writer = new();
    private int _waitingBytes;
    private long _dropped;

    /// <summary>Where dropped lines are counted once the child has its counters.</summary>
    public Statistics? Statistics { get; set; }

    public override void Write(Severity severity, ReadOnlySpan<byte> text)
    {
        Span<byte> line = stackalloc byte[LineEncoding.LongestLine];
        int length = LineEncoding.Encode(text, line);
        if (_waitingBytes + length + LogLine.OverheadBytes > CapacityBytes)
        {
            _dropped++;
            Statistics?.CountDroppedLogLines(1);
            return;
        }

        _waiting.Enqueue(new LogLine(severity, line[..length].ToArray()));
        _waitingBytes += length + LogLine.OverheadBytes;

        // What goes wrong badly may be the last thing that this process says.
        if (severity == Severity.Error)
        {
            Flush();
        }
    }

    /// <summary>Sends what waits, as far as the parent takes it.</summary>
    public void Flush()
    {
        while (_waiting.Count > 0 || _dropped > 0)
        {
            List<LogLine> batch = NextBatch(out int batchBytes);
            _writer.Clear();
            new LogLines(0, (ulong)_dropped, batch).Write(_writer);
            if (channel.TrySend(_writer.Written) == ChannelStatus.Again)
            {
                return;
            }

            // Sent, or the parent is gone and nobody will ever read it.
            _dropped = 0;
            _waitingBytes -= batchBytes;
            for (int sent = batch.Count; sent > 0; sent--)
            {
                _ = _waiting.Dequeue();
            }
        }
    }

    private List<LogLine> NextBatch(out int batchBytes)
    {
        List<LogLine> batch = [];
        batchBytes = 0;
        foreach (LogLine line in _waiting)
        {
            int bytes = line.Text.Length + LogLine.OverheadBytes;
            if (LogLines.OverheadBytes + batchBytes + bytes > Channel.LongestMessage)
            {
                break;
            }

            batch.Add(line);
            batchBytes += bytes;
        }

        return batch;
    }
}
