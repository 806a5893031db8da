using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Sluice.System.Redirections;

/// <summary>A client that asks through a new connection 50 times a second, and notes down when each began and who answered.</summary>
internal sealed class SteadyClient : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<(TimeSpan Began, string? Name)> _attempts = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Func<string?> _ask;
    private readonly Thread _thread;
    private volatile bool _isOver;

    /// <summary>Begins.</summary>
    /// <param name="ask">Gives the name of who answered; null for nobody.</param>
    public SteadyClient(Func<string?> ask)
    {
        _ask = ask;
        _thread = new Thread(Run) { IsBackground = true, Name = "steady client" };
        _thread.Start();
    }

    /// <summary>What time it is for this client.</summary>
    public TimeSpan Now => _watch.Elapsed;

    /// <summary>What was done so far.</summary>
    public IReadOnlyCollection<(TimeSpan Began, string? Name)> Attempts => _attempts;

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
    }

    private void Run()
    {
        while (!_isOver)
        {
            TimeSpan began = _watch.Elapsed;
            _attempts.Enqueue((began, _ask()));
            Thread.Sleep(_pause);
        }
    }
}
