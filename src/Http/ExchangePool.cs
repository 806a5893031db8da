using System;
using System.Collections.Generic;

namespace Sluice.Http;

/// <summary>
/// Exchanges that no connection needs now, the last used first: a connection has one from the first byte of a request to the end of
/// its answer, so ten thousand idle connections hold none, and a thousand busy ones share a few that the processor's cache knows.
/// </summary>
/// <typeparam name="T">What an exchange is.</typeparam>
/// <param name="make">Makes one.</param>
/// <param name="clear">Makes one that was used like a new one.</param>
public sealed class ExchangePool<T>(Func<T> make, Action<T> clear)
    where T : class
{
    // What more come back than this after a rush are left to the collector.
    private const int MostSpare = 256;

    private readonly Stack<T> _spare = new(MostSpare);

    /// <summary>One that is clear.</summary>
    public T Rent() => _spare.TryPop(out T? exchange) ? exchange : make();

    /// <summary>Takes one back; nobody may use it any more.</summary>
    /// <param name="exchange">One that was rented.</param>
    public void Return(T exchange)
    {
        clear(exchange);
        if (_spare.Count < MostSpare)
        {
            _spare.Push(exchange);
        }
    }
}
