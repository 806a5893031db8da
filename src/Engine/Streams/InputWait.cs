using System;
using System.Runtime.CompilerServices;

using Sluice.Engine.Loop;

namespace Sluice.Engine.Streams;

/// <summary>A wait for the input of a <see cref="Connection"/>: to be awaited once, where it is made.</summary>
/// <remarks>
/// Every request waits so. A ValueTask does the same by way of an interface and two casts, and is put together in memory from its parts,
/// which the processor waits for when it is read as a whole.
/// </remarks>
public readonly record struct InputWait : ICriticalNotifyCompletion
{
    // Null: the wait is over, or was none.
    private readonly Connection? _connection;
    private readonly Wake _wake;

    internal InputWait(Wake wake)
    {
        _wake = wake;
    }

    internal InputWait(Connection connection)
    {
        _connection = connection;
    }

    /// <summary>Whether there is nothing to wait for.</summary>
    public bool IsCompleted => _connection is null;

    /// <summary>For <c>await</c>.</summary>
    public InputWait GetAwaiter() => this;

    /// <summary>How the wait ended.</summary>
    public Wake GetResult() => _connection is null ? _wake : _connection.TakeInputWake();

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => _connection!.OnInput(continuation);
}
