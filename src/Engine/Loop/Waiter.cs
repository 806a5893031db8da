using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Sluice.Engine.Loop;

/// <summary>A wait of its own, where there is no object to embed a <see cref="WaitSlot"/> in.</summary>
internal sealed class Waiter : IValueTaskSource<Wake>
{
    private WaitSlot _slot;

    public bool IsWaiting => _slot.IsWaiting;

    public ValueTask<Wake> Wait() => new(this, _slot.Begin());

    /// <summary>Ends the wait, if there is one; see <see cref="WaitSlot.Complete"/>.</summary>
    public void Complete(Wake outcome) => _slot.Complete(outcome);

    public Wake GetResult(short token) => _slot.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _slot.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _slot.OnCompleted(continuation, state, token);
}

/// <summary>A wait for the loop itself, its next turn or a moment; goes back to where it came from once its result is taken.</summary>
internal sealed class LoopWait(Stack<LoopWait> home) : IValueTaskSource
{
    private WaitSlot _slot;

    public ValueTask Begin() => new(this, _slot.Begin());

    public void Complete() => _slot.Complete(Wake.Ready);

    public void GetResult(short token)
    {
        _ = _slot.GetResult(token);
        home.Push(this);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _slot.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _slot.OnCompleted(continuation, state, token);
}
