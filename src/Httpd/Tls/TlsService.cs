using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Keys;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Engine.Loop;
using Sluice.Engine.Tls;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Tls;

/// <summary>TLS of a server process: who signs, the order of handshakes, the keys of tickets, and what each socket shows its clients.</summary>
internal sealed class TlsService
{
    /// <summary>Of new clients, in a turn of the loop: each brings much work.</summary>
    public const int AcceptsPerTurn = 4;

    /// <summary>Of handshakes with a new client, in a turn of the loop: established connections come between.</summary>
    private const int StepsPerTurn = 2;

    /// <summary>As long as a session may go by it (D-32).</summary>
    private const int MostGenerations = 8;

    private readonly Log _log;
    private readonly Preparation _preparation;
    private readonly Dictionary<TimeSpan, TicketKeys> _tickets = [];
    private readonly Queue<List<TlsContext>> _generations = new();
    private List<TlsContext> _newest = [];

    /// <summary>Makes that of a process; without OpenSSL no handshake succeeds, in a process that leaves because of that.</summary>
    public TlsService(EventLoop loop, Log log, Preparation preparation)
    {
        _log = log;
        _preparation = preparation;
        RareWarning warning = new(loop, log);
        Signer = new SigningChannel(warning.Say);
        Handshakes = new Handshakes(loop, StepsPerTurn);
        LongestHandshake = loop.Timeouts(ConnectionLimits.Default.RequestTimeout);
    }

    /// <summary>Asks the keys process for signatures.</summary>
    public SigningChannel Signer { get; }

    /// <summary>Shakes hands with clients.</summary>
    public Handshakes Handshakes { get; }

    /// <summary>For servers that set no bound of their own.</summary>
    public DeadlineQueue LongestHandshake { get; }

    /// <summary>The parent made new keys for tickets.</summary>
    public void TakeTicketKeys(ReadOnlySpan<byte> news)
    {
        foreach ((TimeSpan lifetime, TicketKey[] keys) in TicketRings.Read(news)
            ?? throw new InvalidOperationException("the parent sent ticket keys that it did not write"))
        {
            if (!_tickets.TryGetValue(lifetime, out TicketKeys? known))
            {
                known = new TicketKeys(lifetime);
                _tickets.Add(lifetime, known);
            }

            known.Replace(keys);
        }
    }

    /// <summary>What is made from now on belongs to a new configuration; connections of former ones go on.</summary>
    public void BeginGeneration()
    {
        _newest = [];
        _generations.Enqueue(_newest);
        if (_generations.Count > MostGenerations)
        {
            _generations.Dequeue().ForEach(context => context.Dispose());
        }
    }

    /// <summary>
    /// What a socket shows its clients: the certificate of its first server, and to those that name a host the first one for it
    /// (H-TLS-06). A server whose certificate is of no use has no part in that. Null where all handshakes fail (H-TLS-22).
    /// </summary>
    public TlsContext? Make(SocketPlan plan)
    {
        ServerTls first = plan.Hosts[0].Server.Tls!;
        int index = _newest.Count;
        if (!_preparation.HasFlag(Preparation.Tls) || first.Contents is null || !TryAdd(plan, first, first))
        {
            return null;
        }

        foreach (ServerTls other in plan.Hosts.Select(host => host.Server.Tls!).Distinct())
        {
            if (other != first && other.Contents is { Certificate.Length: > 0 } && TryAdd(plan, other, first))
            {
                _newest[index].Add(_newest[^1]);
            }
        }

        return _newest[index];
    }

    private bool TryAdd(SocketPlan plan, ServerTls own, ServerTls first)
    {
        TicketKeys? tickets = _tickets.GetValueOrDefault(own.TicketLifetime);
        TlsSettings settings = TlsTranslation.Settings(own, first, plan.Key, Signer, tickets) with
        {
            // Costs 0.4 us a request, so not everywhere.
            ReadText = plan.AsksForPasswords ? ReadText.Erased : ReadText.Kept,
        };
#pragma warning disable CA2000 // The generation has it, and disposes it.
        TlsContext? context = TlsContext.Create(settings, out string error);
#pragma warning restore CA2000
        if (context is null)
        {
            // The parent has tried the same.
            _log.Error($"{plan.Key}: tls cannot be used: {error}");
            return false;
        }

        _newest.Add(context);
        return true;
    }
}
