using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Sluice.Engine.Loop;

/// <summary>Builds async methods that wait for each request anew, on the loop's thread: for [AsyncMethodBuilder].</summary>
/// <remarks>
/// The builders of the runtime ask the thread at each wait for the context that goes with it, by four dependent reads of memory that no cache
/// knows after a system call (20 ns). On a loop there is none, <see cref="EventLoop.Run"/>. What a method keeps across its waits is
/// pooled, as with the runtime's PoolingAsyncValueTaskMethodBuilder.
/// </remarks>
public record struct SessionMethodBuilder
{
    // Null until the first wait.
    private Box? _box;

    // Of a method that never waited.
    private Exception? _failure;

    /// <summary>What the caller gets.</summary>
    public readonly ValueTask Task => _box is { } box ? box.Session : _failure is null ? default : ValueTask.FromException(_failure);

    /// <summary>For the compiler.</summary>
    public static SessionMethodBuilder Create() => default;

    /// <summary>Runs the method up to its first wait.</summary>
#pragma warning disable CA1822 // The compiler calls it as a method of the builder.
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();
#pragma warning restore CA1822

    /// <summary>For the compiler; not called for structs.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => throw new NotSupportedException();

    /// <summary>The method has ended.</summary>
    public readonly void SetResult() => _box?.End(failure: null);

    /// <summary>The method was left by an exception.</summary>
    public void SetException(Exception exception)
    {
        if (_box is null)
        {
            _failure = exception;
        }
        else
        {
            _box.End(exception);
        }
    }

    /// <summary>Waits.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        awaiter.OnCompleted((_box ?? Keep(ref stateMachine)).MoveNext);

    /// <summary>Waits.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        awaiter.UnsafeOnCompleted((_box ?? Keep(ref stateMachine)).MoveNext);

    // This builder is a part of the state machine, so it has the box before the copy is made.
    private Box<TStateMachine> Keep<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        Box<TStateMachine> box = Box<TStateMachine>.Rent();
        _box = box;
        box.StateMachine = stateMachine;
        return box;
    }

    private abstract class Box : IValueTaskSource
    {
        private WaitSlot _end;
        private short _token;
        private ExceptionDispatchInfo? _failure;

        public Action MoveNext { get; protected init; } = null!;

        public ValueTask Session => new(this, _token);

        public void Begin() => _token = _end.Begin();

        public void End(Exception? failure)
        {
            _failure = failure is null ? null : ExceptionDispatchInfo.Capture(failure);
            _end.Complete(Wake.Ready);
        }

        public ValueTaskSourceStatus GetStatus(short token)
        {
            ValueTaskSourceStatus status = _end.GetStatus(token);
            return status == ValueTaskSourceStatus.Succeeded && _failure is not null ? ValueTaskSourceStatus.Faulted : status;
        }

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _end.OnCompleted(continuation, state, token);

        public void GetResult(short token)
        {
            _ = _end.GetResult(token);
            ExceptionDispatchInfo? failure = _failure;
            _failure = null;
            Return();
            failure?.Throw();
        }

        protected abstract void Return();
    }

    private sealed class Box<TStateMachine> : Box
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
