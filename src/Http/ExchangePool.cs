using System.Collections.Generic;

using Sluice.Http.Messages;

namespace Sluice.Http;

/// <summary>
/// Exchanges that no connection needs now, the last used first: a connection has one from the first byte of a request to the end of
/// its answer, so ten thousand idle connections hold none, and a thousand busy ones share a few that the processor's cache knows.
/// </summary>
internal sealed class ExchangePool(HttpEnvironment environment)
{
    // What more come back than this after a rush are left to the collector.
    private const int MostSpare = 256;

    private readonly Stack<Exchange> _spare = new(MostSpare);

    /// <summary>One whose head is clear.</summary>
    public Exchange Rent() => _spare.TryPop(out Exchange? exchange) ? exchange : new Exchange(environment);

    /// <summary>Takes one back; nobody may use it any more.</summary>
    public void Return(Exchange exchange)
    {
        exchange.Head.Clear();
        if (_spare.Count < MostSpare)
        {
            _spare.Push(exchange);
        }
    }
}
