using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine.Loop;

namespace Sluice.Relayd.Control;

/// <summary>Asks the parent what concerns the daemon as a whole.</summary>
/// <param name="loop">Its time.</param>
/// <param name="send">Sends a request, and says its number: <see cref="ChildContext.Steer"/>.</param>
internal sealed class Steering(EventLoop loop, Func<SteeringKind, ReadOnlyMemory<byte>, int, int> send)
{
    /// <summary>A parent that resolves names, or waits for checks, may take its time.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly Dictionary<int, Pending> _pending = [];

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="kind">What.</param>
    /// <param name="content">As the kind says.</param>
    /// <param name="descriptor">A file that goes with it, and stays the caller's; -1 for none.</param>
    public async ValueTask<SteeringResult> Ask(SteeringKind kind, ReadOnlyMemory<byte> content = default, int descriptor = -1)
    {
        int number = send(kind, content, descriptor);
        Pending pending = new(new SteeringResult(number, SteeringOutcome.Refused, "the parent does not answer"));
        _pending.Add(number, pending);
        pending.Deadline.Arm(loop.Timeouts(_limit));
        _ = await pending.Waiter.Wait();
        pending.Deadline.Disarm();
        _pending.Remove(number);
        return pending.Result;
    }

    /// <summary>The parent has answered.</summary>
    public void Take(SteeringResult result)
    {
        if (_pending.TryGetValue(result.Number, out Pending? pending))
        {
            pending.Complete(result);
        }
    }

    /// <summary>A question that is open.</summary>
    private sealed class Pending
    {
        public Pending(SteeringResult result)
        {
            Result = result;
            Deadline = new Alarm(() => Waiter.Complete(Wake.Expired));
        }

        public Waiter Waiter { get; } = new();

        public Alarm Deadline { get; }

        public SteeringResult Result { get; private set; }

        public void Complete(SteeringResult result)
        {
            Result = result;
            Waiter.Complete(Wake.Ready);
        }
    }
}
