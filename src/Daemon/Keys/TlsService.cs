using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Engine.Loop;
using Sluice.Engine.Tls;

namespace Sluice.Daemon.Keys;

/// <summary>TLS of a process that meets clients: who signs, the order of handshakes, the keys of tickets, and what each listener shows its clients.</summary>
public sealed class TlsService
{
    /// <summary>Of handshakes with a new client, in a turn of the loop: established connections come between.</summary>
    private const int StepsPerTurn = 2;

    /// <summary>As long as a session may go by it (D-32).</summary>
    private const int MostGenerations = 8;

    /// <summary>Longer than a handshake takes which has begun with what is retired.</summary>
    private static readonly TimeSpan _lastHandshakes = TimeSpan.FromMinutes(2);

    private readonly EventLoop _loop;
    private readonly Log _log;
    private readonly Preparation _preparation;
    private readonly Dictionary<(TimeSpan Lifetime, int Number), TicketKeys> _tickets = [];
    private readonly Queue<(List<TlsContext[]> Contexts, List<IDisposable> Others)> _generations = new();
    private List<TlsContext[]> _newest = [];
    private List<IDisposable> _others = [];

    /// <summary>Makes that of a process.</summary>
    /// <param name="loop">The loop of the process.</param>
    /// <param name="log">Its log.</param>
    /// <param name="preparation">What it has loaded; without OpenSSL no handshake succeeds, in a process that leaves because of that.</param>
    public TlsService(EventLoop loop, Log log, Preparation preparation)
    {
        _loop = loop;
        _log = log;
        _preparation = preparation;
        RareWarning warning = new(loop, log);
        Signer = new SigningChannel(warning.Say);
        Handshakes = new Handshakes(loop, StepsPerTurn);
    }

    /// <summary>Asks the keys process for signatures.</summary>
    public SigningChannel Signer { get; }

    /// <summary>Shakes hands with clients.</summary>
    public Handshakes Handshakes { get; }

    /// <summary>The parent made new keys for tickets.</summary>
    public void TakeTicketKeys(ReadOnlySpan<byte> news)
    {
        foreach ((TimeSpan lifetime, int number, TicketKey[] keys) in TicketRings.Read(news)
            ?? throw new InvalidOperationException("the parent sent ticket keys that it did not write"))
        {
            if (!_tickets.TryGetValue((lifetime, number), out TicketKeys? known))
            {
                known = new TicketKeys(lifetime);
                _tickets.Add((lifetime, number), known);
            }

            known.Replace(keys);
        }
    }

    /// <summary>What is made from now on belongs to a new configuration; connections of former ones go on.</summary>
    public void BeginGeneration()
    {
        (_newest, _others) = ([], []);
        _generations.Enqueue((_newest, _others));
        if (_generations.Count > MostGenerations)
        {
            (List<TlsContext[]> contexts, List<IDisposable> others) = _generations.Dequeue();
            contexts.ForEach(Dispose);
            others.ForEach(static other => other.Dispose());
        }
    }

    /// <summary>Something ends with the configuration that is new now.</summary>
    public void Own(IDisposable other) => _others.Add(other);

    /// <summary>Others have taken the place of these within the newest configuration: they end when handshakes that began with them have.</summary>
    /// <param name="context">What <see cref="Make"/> made; null for nothing.</param>
    /// <param name="other">What <see cref="Own"/> was told of; null for nothing. What it makes afterwards ends with the configuration.</param>
    public void Retire(TlsContext? context, IDisposable? other)
    {
        int index = _newest.FindIndex(made => made[0] == context);
        TlsContext[] retired = index < 0 ? [] : _newest[index];
        if (index >= 0)
        {
            _newest.RemoveAt(index);
        }

        _loop.Spawn(async () =>
        {
            await _loop.Sleep(_lastHandshakes);
            Dispose(retired);
            other?.Dispose();
        });
    }

    /// <summary>The keys for tickets that are valid so long; null where the parent has sent none.</summary>
    /// <param name="lifetime">How long.</param>
    /// <param name="number">Of <see cref="SharedTickets"/>; 0 for the daemon's own.</param>
    public TicketKeys? TicketsFor(TimeSpan lifetime, int number = 0) => _tickets.GetValueOrDefault((lifetime, number));

    /// <summary>
    /// What a listener shows its clients: the first certificate, and to those that name a host the first one for it. A certificate that
    /// is of no use has no part in that.
    /// </summary>
    /// <param name="listener">Names it, for the log.</param>
    /// <param name="certificates">Of which each is for this listener, and verifies clients in the same way.</param>
    /// <returns>Null where all handshakes fail, since the first is of no use or there is none.</returns>
    public TlsContext? Make(string listener, IReadOnlyList<TlsSettings> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        List<TlsContext> made = [];
        if (!_preparation.HasFlag(Preparation.Tls) || certificates.Count == 0 || !TryAdd(made, listener, certificates[0]))
        {
            return null;
        }

        foreach (TlsSettings other in certificates.Skip(1))
        {
            if (TryAdd(made, listener, other))
            {
                made[0].Add(made[^1]);
            }
        }

        _newest.Add([.. made]);
        return made[0];
    }

    private static void Dispose(TlsContext[] contexts) => Array.ForEach(contexts, static context => context.Dispose());

    private bool TryAdd(List<TlsContext> made, string listener, TlsSettings settings)
    {
#pragma warning disable CA2000 // The generation has it, and disposes it.
        TlsContext? context = TlsContext.Create(settings, out string error);
#pragma warning restore CA2000
        if (context is null)
        {
            // The parent has tried the same.
            _log.Error($"{listener}: tls cannot be used: {error}");
            return false;
        }

        made.Add(context);
        return true;
    }
}
