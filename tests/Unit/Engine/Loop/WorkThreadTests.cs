using System;
using System.Collections.Generic;

using Sluice.Engine.Loop;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Loop;

public sealed class WorkThreadTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly WorkThread _thread;
    private readonly Waiter _done = new();

    public WorkThreadTests()
    {
        _thread = new WorkThread(_run.Loop, WorkPriority.Equal);
    }

    public void Dispose()
    {
        _thread.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void Work_is_done_on_a_thread_of_its_own_and_its_end_comes_to_the_loop()
    {
        int loop = Environment.CurrentManagedThreadId;
        int work = loop;
        int done = 0;
        _run.Run(async () =>
        {
            _thread.Begin(() => work = Environment.CurrentManagedThreadId, () =>
            {
                done = Environment.CurrentManagedThreadId;
                _done.Complete(Wake.Ready);
            });
            Assert.True(_thread.IsBusy);
            await _done.Wait();
            Assert.False(_thread.IsBusy);
        });

        Assert.NotEqual(loop, work);
        Assert.Equal(loop, done);
    }

    [Fact]
    public void The_end_of_a_piece_may_begin_the_next()
    {
        List<int> pieces = [];
        _run.Run(async () =>
        {
            Begin(pieces, 100);
            await _done.Wait();
        });

        Assert.Equal(100, pieces.Count);
    }

    [Fact]
    public void It_does_one_piece_at_a_time()
    {
        _run.Run(async () =>
        {
            _thread.Begin(static () => { }, () => _done.Complete(Wake.Ready));
            Assert.Throws<InvalidOperationException>(() => _thread.Begin(static () => { }, static () => { }));
            await _done.Wait();
        });
    }

    private void Begin(List<int> pieces, int left) => _thread.Begin(() => pieces.Add(left), () =>
    {
        if (left == 1)
        {
            _done.Complete(Wake.Ready);
        }
        else
        {
            Begin(pieces, left - 1);
        }
    });
}
