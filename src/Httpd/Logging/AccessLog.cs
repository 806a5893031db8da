using System;

using Sluice.Engine.Loop;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Logging;

/// <summary>The server's side of the access log: gathers lines and hands them to the logger in batches.</summary>
/// <remarks>A batch leaves when it is full, or a moment after its first line: never more than one a turn, and far
/// fewer under load. When the logger does not keep up, lines are dropped and counted, and the count goes with the
/// next batch that leaves; writing a log never stalls a request (D-10).</remarks>
internal sealed class AccessLog
{
    /// <summary>How long a line may wait for company.</summary>
    private static readonly TimeSpan _longestWait = TimeSpan.FromMilliseconds(50);

    private readonly LogBatch _batch = new();
    private readonly DeadlineQueue _waits;
    private readonly Alarm _wait;
    private readonly Func<LogBatch, Delivery> _send;

    /// <summary>A log without lines.</summary>
    /// <param name="loop">Of this process.</param>
    /// <param name="send">Hands a batch to the logger.</param>
    public AccessLog(EventLoop loop, Func<LogBatch, Delivery> send)
    {
        _send = send;
        _waits = loop.Timeouts(_longestWait);
        _wait = new Alarm(Flush);
    }

    /// <summary>Adds a line in a style of requests.</summary>
    /// <param name="style">One that has a line for each request.</param>
    /// <param name="log">The number of the log, from <see cref="LogNames"/> of this generation.</param>
    /// <param name="generation">The configuration that numbers the log.</param>
    /// <param name="entry">What the line says.</param>
    public void Write(LogStyle style, ushort log, uint generation, in AccessEntry entry)
    {
        if (TryBegin(generation, AccessLine.Bound(style, entry), out Span<byte> line))
        {
            End(log, AccessLine.Write(style, entry, line));
        }
    }

    /// <summary>Room for a line of any kind; <see cref="End"/> takes what was written.</summary>
    /// <param name="generation">The configuration that numbers the log.</param>
    /// <param name="bound">An upper bound of the line's length.</param>
    /// <param name="line">Where to write it.</param>
    /// <returns>False where there is none: the line is dropped and counted.</returns>
    public bool TryBegin(uint generation, int bound, out Span<byte> line)
    {
        line = default;
        if (_batch.Generation != generation || !_batch.TryReserve(bound, out line))
        {
            Flush();
            if (!_batch.IsEmpty || !_batch.TryReserve(bound, out line))
            {
                _batch.Dropped++;
                return false;
            }
        }

        _batch.Generation = generation;
        return true;
    }

    /// <summary>Takes a line that was written.</summary>
    /// <param name="log">The number of its log.</param>
    /// <param name="length">Its length in bytes, newline included.</param>
    public void End(ushort log, int length)
    {
        _batch.Commit(log, length);
        if (!_wait.IsArmed)
        {
            _wait.Arm(_waits);
        }
    }

    /// <summary>Sends what was gathered, if the logger takes it; otherwise it is tried again a moment later.</summary>
    public void Flush()
    {
        if (_batch.IsEmpty && _batch.Dropped == 0)
        {
            return;
        }

        if (_send(_batch) == Delivery.Taken)
        {
            _batch.Clear();
            _wait.Disarm();
        }
        else
        {
            _wait.Arm(_waits);
        }
    }
}
