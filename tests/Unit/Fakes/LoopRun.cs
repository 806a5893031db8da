using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Unit.Fakes;

/// <summary>A loop on the test's clock that runs one scenario to its end.</summary>
public sealed class LoopRun : IDisposable
{
    // By the system's clock, and longer than any scenario takes on a busy machine.
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(2);

    private readonly List<Exception> _failures = [];

    public LoopRun()
    {
        Loop = new EventLoop(Clock) { Failed = _failures.Add };
    }

    public TestClock Clock { get; } = new();

    public EventLoop Loop { get; }

    /// <summary>What escaped from sessions; the test that expects it takes it out.</summary>
    public IList<Exception> Failures => _failures;

    /// <summary>
    /// Runs the scenario; what escapes from it, or from a session it did not clear, fails the test. So does a scenario that
    /// waits for what never comes, which would else keep the whole run from its end.
    /// </summary>
    public void Run(Func<ValueTask> scenario)
    {
        (Channel bell, Channel rope) = Channel.CreatePair();
        bell.Attach(Loop);
        Loop.Spawn(() => AwaitLimit(bell));
        using Timer limit = new(_ => rope.TrySend("over"u8), state: null, _longest, Timeout.InfiniteTimeSpan);
        Loop.Spawn(async () =>
        {
            try
            {
                await scenario();
            }
            finally
            {
                Loop.Stop();
            }
        });
        Loop.Run();
        limit.Dispose();
        bell.Dispose();
        rope.Dispose();
        if (_failures.Count > 0)
        {
            ExceptionDispatchInfo.Throw(_failures[0]);
        }
    }

    /// <summary>Lets time pass, and everything that is due happen.</summary>
    public async ValueTask Pass(TimeSpan time)
    {
        Clock.Advance(time);
        await Loop.NextTurn();
        await Loop.NextTurn();
    }

    /// <summary>Lets everything happen that is under way until it holds; no time passes meanwhile.</summary>
    public async ValueTask Until(Func<bool> holds)
    {
        while (!holds())
        {
            await Loop.NextTurn();
        }
    }

    public void Dispose() => Loop.Dispose();

    private async ValueTask AwaitLimit(Channel bell)
    {
        byte[] message = new byte[Channel.LongestMessage];
        ChannelStatus status;
        while ((status = bell.TryReceive(message, out _).Status) == ChannelStatus.Again && await bell.Readable() == Wake.Ready)
        {
            // Not yet.
        }

        if (status == ChannelStatus.Done)
        {
            _failures.Add(new TimeoutException("the scenario waits for what does not come"));
            Loop.Stop();
        }
    }
}
