using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Sluice.Engine.Loop;

/// <summary>Builds async methods that wait for each request anew, on the loop's thread: for [AsyncMethodBuilder].</summary>
/// <remarks>
/// The builders of the runtime ask the thread at each wait for the context that goes with it, by four dependent reads of memory that no cache
/// knows after a system call (20 ns). On a loop there is none, <see cref="EventLoop.Run"/>. What a method keeps across its waits is
/// pooled, one for each method that waits.
/// </remarks>
public record struct SessionMethodBuilder
{
    // Null until the first wait.
    private MethodBox<Wake>? _box;

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
    public readonly void SetResult() => _box?.End(Wake.Ready);

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
        awaiter.OnCompleted((_box ?? MethodBox<Wake>.Keep(ref _box, ref stateMachine)).MoveNext);

    /// <summary>Waits.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        awaiter.UnsafeOnCompleted((_box ?? MethodBox<Wake>.Keep(ref _box, ref stateMachine)).MoveNext);
}

/// <summary>As <see cref="SessionMethodBuilder"/>, for methods with a result.</summary>
/// <typeparam name="TResult">What the method returns.</typeparam>
public record struct SessionMethodBuilder<TResult>
{
    // Null until the first wait.
    private MethodBox<TResult>? _box;

    // Of a method that never waited.
    private Exception? _failure;
    private TResult? _result;

    /// <summary>What the caller gets.</summary>
    public readonly ValueTask<TResult> Task => _box is { } box ? box.Work : _failure is null ? new(_result!) : ValueTask.FromException<TResult>(_failure);

    /// <summary>For the compiler.</summary>
#pragma warning disable CA1000 // The compiler demands it so.
    public static SessionMethodBuilder<TResult> Create() => default;
#pragma warning restore CA1000

    /// <summary>Runs the method up to its first wait.</summary>
#pragma warning disable CA1822 // The compiler calls it as a method of the builder.
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => stateMachine.MoveNext();
#pragma warning restore CA1822

    /// <summary>For the compiler; not called for structs.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => throw new NotSupportedException();

    /// <summary>The method has ended.</summary>
    public void SetResult(TResult result)
    {
        if (_box is null)
        {
            _result = result;
        }
        else
        {
            _box.End(result);
        }
    }

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
        awaiter.OnCompleted((_box ?? MethodBox<TResult>.Keep(ref _box, ref stateMachine)).MoveNext);

    /// <summary>Waits.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        awaiter.UnsafeOnCompleted((_box ?? MethodBox<TResult>.Keep(ref _box, ref stateMachine)).MoveNext);
}
