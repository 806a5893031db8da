using System;

using Sluice.Engine.Loop;

namespace Sluice.Httpd.Logging;

/// <summary>What a server tells a process that works for it: gathers lines, and hands them on in batches.</summary>
/// <remarks>A batch leaves when it is full, or a moment after its first line: never more than one a turn, and far
/// fewer under load. When the receiver does not keep up, lines are dropped and counted, and the count goes with the
/// next batch that leaves; telling never stalls a request (D-10).</remarks>
internal sealed class Outbox
{
    /// <summary>How long a line may wait for company.</summary>
    private static readonly TimeSpan _longestWait = TimeSpan.FromMilliseconds(50);

    private readonly LogBatch _batch = new();
    private readonly DeadlineQueue _waits;
    private readonly Alarm _wait;
    private readonly Func<LogBatch, Delivery> _send;

    /// <summary>One without lines.</summary>
    /// <param name="loop">Of this process.</param>
    /// <param name="send">Hands a batch to the receiver.</param>
    public Outbox(EventLoop loop, Func<LogBatch, Delivery> send)
    {
        _send = send;
        _waits = loop.Timeouts(_longestWait);
        _wait = new Alarm(Flush);
    }

    /// <summary>Room for a line; <see cref="End"/> takes what was written.</summary>
    /// <param name="generation">The configuration that numbers what lines are for.</param>
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
                Drop();
                return false;
            }
        }

        _batch.Generation = generation;
        return true;
    }

    /// <summary>Takes a line that was written.</summary>
    /// <param name="number">What it is for.</param>
    /// <param name="length">Its length in bytes, newline included.</param>
    public void End(ushort number, int length)
    {
        _batch.Commit(number, length);
        if (!_wait.IsArmed)
        {
            _wait.Arm(_waits);
        }
    }

    /// <summary>Counts a line that is not told.</summary>
    public void Drop()
    {
        _batch.Dropped++;
        if (!_wait.IsArmed)
        {
            _wait.Arm(_waits);
        }
    }

    /// <summary>Forgets what was not handed on.</summary>
    public void Clear()
    {
        _batch.Clear();
        _wait.Disarm();
    }

    /// <summary>Sends what was gathered, if the receiver takes it; otherwise it is tried again a moment later.</summary>
    public void Flush()
    {
        if (_batch.IsEmpty && _batch.Dropped == 0)
        {
            return;
        }

        if (_send(_batch) == Delivery.Taken)
        {
            Clear();
        }
        else
        {
            _wait.Arm(_waits);
        }
    }
}
