using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Sluice.Engine.Loop;

/// <summary>
/// Room for one waiter, to be embedded in what it waits for: an awaitable that allocates nothing and resumes inline.
/// </summary>
/// <remarks>
/// Unlike ManualResetValueTaskSourceCore it knows one thread and no scheduling context: completing calls the
/// continuation there and then, so whoever completes must expect everything to have changed on return.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal struct WaitSlot
{
    private Action<object?>? _continuation;
    private object? _state;
    private Phase _phase;

    // Counts the waits, so that a ValueTask awaited twice is found out.
    private short _version;
    private Wake _outcome;

    private enum Phase : byte
    {
        Free,
        Waiting,
        Completed,
    }

    public readonly bool IsWaiting => _phase == Phase.Waiting;

    /// <summary>Starts a wait; returns its token.</summary>
    public short Begin()
    {
        Debug.Assert(_phase == Phase.Free, "one waiter at a time, and each result is taken");
        _phase = Phase.Waiting;
        return _version;
    }

    /// <summary>Ends the wait, if there is one, and runs what waited before it returns.</summary>
    public void Complete(Wake outcome)
    {
        if (_phase != Phase.Waiting)
        {
            return;
        }

        _phase = Phase.Completed;
        _outcome = outcome;
        Action<object?>? continuation = _continuation;
        if (continuation is not null)
        {
            object? state = _state;
            _continuation = null;
            _state = null;
            continuation(state);
        }
    }

    public Wake GetResult(short token)
    {
        if (token != _version || _phase != Phase.Completed)
        {
            throw new InvalidOperationException("A wait was awaited twice, or its result taken before it was over.");
        }

        _phase = Phase.Free;
        _version = unchecked((short)((_version + 1) & 0x3fff));
        return _outcome;
    }

    public readonly ValueTaskSourceStatus GetStatus(short token)
    {
        Debug.Assert(token == _version, "the wait is the current one");
        return _phase == Phase.Completed ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token)
    {
        Debug.Assert(token == _version, "the wait is the current one");
        if (_phase == Phase.Completed)
        {
            continuation(state);
            return;
        }

        _continuation = continuation;
        _state = state;
    }
}
