using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;

namespace Sluice.Unit.Fakes;

/// <summary>A loop on the test's clock that runs one scenario to its end.</summary>
public sealed class LoopRun : IDisposable
{
    private readonly List<Exception> _failures = [];

    public LoopRun()
    {
        Loop = new EventLoop(Clock) { Failed = _failures.Add };
    }

    public TestClock Clock { get; } = new();

    public EventLoop Loop { get; }

    /// <summary>What escaped from sessions; the test that expects it takes it out.</summary>
    public IList<Exception> Failures => _failures;

    /// <summary>Runs the scenario; what escapes from it, or from a session it did not clear, fails the test.</summary>
    public void Run(Func<ValueTask> scenario)
    {
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

    public void Dispose() => Loop.Dispose();
}
