using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Sluice.Engine.Loop;

/// <summary>A wait of its own: for what another session of this loop will bring, such as the answer of another process. One waits at a time.</summary>
public sealed class Waiter : IValueTaskSource<Wake>
{
    private WaitSlot _slot;

    /// <summary>Whether somebody waits.</summary>
    public bool IsWaiting => _slot.IsWaiting;

    /// <summary>Waits for <see cref="Complete"/>.</summary>
    public ValueTask<Wake> Wait() => new(this, _slot.Begin());

    /// <summary>Ends the wait, if there is one, and runs what waited before it returns: then everything may have changed.</summary>
    /// <param name="outcome">What <see cref="Wait"/> gives.</param>
    public void Complete(Wake outcome) => _slot.Complete(outcome);

    /// <inheritdoc/>
    public Wake GetResult(short token) => _slot.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _slot.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        _slot.OnCompleted(continuation, state, token);
    }
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
