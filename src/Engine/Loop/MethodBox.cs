using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Sluice.Engine.Loop;

/// <summary>What an async method of <see cref="SessionMethodBuilder"/> keeps across its waits, and what its caller awaits. Pooled: a loop has as many as methods wait at
/// a time, where the runtime's pool keeps two for each kind of method.</summary>
/// <typeparam name="TResult">What the method returns.</typeparam>
internal abstract class MethodBox<TResult> : IValueTaskSource, IValueTaskSource<TResult>
{
    private WaitSlot _end;
    private short _token;
    private ExceptionDispatchInfo? _failure;
    private TResult? _result;

    public Action MoveNext { get; protected init; } = null!;

    public ValueTask Session => new(this, _token);

    public ValueTask<TResult> Work => new(this, _token);

    /// <summary>Takes a box for a method that is about to wait for the first time.</summary>
    /// <param name="owner">The builder's own, which is a part of the state machine: it has the box before the copy is made.</param>
    /// <param name="stateMachine">The method.</param>
    public static MethodBox<TResult> Keep<TStateMachine>(ref MethodBox<TResult>? owner, ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        Box<TStateMachine> box = Box<TStateMachine>.Rent();
        owner = box;
        box.StateMachine = stateMachine;
        return box;
    }

    public void End(TResult result)
    {
        _result = result;
        _end.Complete(Wake.Ready);
    }

    public void End(Exception failure)
    {
        _failure = ExceptionDispatchInfo.Capture(failure);
        _end.Complete(Wake.Ready);
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        ValueTaskSourceStatus status = _end.GetStatus(token);
        return status == ValueTaskSourceStatus.Succeeded && _failure is not null ? ValueTaskSourceStatus.Faulted : status;
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _end.OnCompleted(continuation, state, token);

    public TResult GetResult(short token)
    {
        _ = _end.GetResult(token);
        ExceptionDispatchInfo? failure = _failure;
        TResult? result = _result;
        _failure = null;
        _result = default;
        Return();
        failure?.Throw();
        return result!;
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    protected abstract void Return();

    private void Begin() => _token = _end.Begin();

    private sealed class Box<TStateMachine> : MethodBox<TResult>
        where TStateMachine : IAsyncStateMachine
    {
        // What more come back than this after a rush are left to the collector.
        private const int MostSpare = 256;

        // Tests have loops on several threads.
        [ThreadStatic]
        private static Stack<Box<TStateMachine>>? _spare;

        public TStateMachine? StateMachine;

        private Box()
        {
            MoveNext = () => StateMachine!.MoveNext();
        }

        public static Box<TStateMachine> Rent()
        {
            Box<TStateMachine> box = _spare is not null && _spare.TryPop(out Box<TStateMachine>? spare) ? spare : new Box<TStateMachine>();
            box.Begin();
            return box;
        }

        protected override void Return()
        {
            StateMachine = default;
            _spare ??= new Stack<Box<TStateMachine>>();
            if (_spare.Count < MostSpare)
            {
                _spare.Push(this);
            }
        }
    }
}
