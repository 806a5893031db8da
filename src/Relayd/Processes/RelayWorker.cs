using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Keys;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Program;
using Sluice.Engine.Io;
using Sluice.Engine.Streams;
using Sluice.Http;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Relayd.Datagrams;
using Sluice.Relayd.Health;
using Sluice.Relayd.Relaying;
using Sluice.Relayd.Rules;
using Sluice.Relayd.Tls;

namespace Sluice.Relayd.Processes;

/// <summary>What the sessions of a relay process share: configuration, pipes, counters, and each other.</summary>
internal sealed class RelayWorker
{
    // Of one user, all processes together, before the kernel gives smaller ones, pipe(7) and D-15.
    private const int MostPipes = 240;

    // For reloads, channels and whatever else is opened for a moment.
    private const int OtherDescriptors = 64;

    // Of so many descriptors one pipe may be made; it takes two.
    private const int DescriptorsForPipe = 16;

    // D-32.
    private const uint MostGenerations = 8;

    private static readonly UrlDigests _digests = new();

    private readonly ChildContext _context;
    private readonly HealthBoard _health;
    private readonly PipePool _pipes;
    private readonly RuleEnvironment _rules;
    private readonly RareWarning _misled;
    private Dictionary<string, ServedRelay> _relays = [];

    // What the parent has said last, and whether it was taken.
    private RelaydConfiguration _said;
    private bool _isTaken = true;

    // Of those that differ in more than the hosts of tables; 1 is that of the start.
    private uint _generation = 1;
    private HostConnectors? _connectors;
    private bool _isLeaving;

    /// <summary>Makes the worker of a process, with the configuration it was started with.</summary>
    /// <param name="context">What the process was given.</param>
    public RelayWorker(ChildContext context)
    {
        _context = context;
        _health = new HealthBoard(context.Area(Roles.Health.Name));
        Board = new RelayBoard(context.Area(Roles.RelayCounters.Name, context.Instance));
        _rules = new RuleEnvironment(_digests, context.Log.Info, context.Log.Warning);
        _misled = new RareWarning(context.Loop, context.Log);
        int batch = DescriptorLimit.ShareOfFree(SocketStock.Batch);
        Sockets = new SocketStock(context.AskForSockets, batch);
        RelaydConfiguration configuration = _said = Read();
        // With few descriptors they are for clients: copying serves as well as a pipe.
        int pipes = int.Clamp(MostPipes / configuration.Prefork, 1, int.Max(DescriptorLimit.ShareOfFree(int.MaxValue) / DescriptorsForPipe, 1));
        _pipes = new PipePool(pipes);
        ReservedDescriptors = DescriptorLimit.ShareOfFree(OtherDescriptors + (2 * pipes)) + (configuration.Relays.Any(static relay => relay.Forward.IsTransparent) ? 2 * batch : 0);
        Sessions = new SessionSet(
            context.Loop,
            Board,
            new Relaying.SessionLog(context.Log.Info, context.Log.Warning) { Debug = context.Log.Debug, SaysDebug = () => context.Log.SaysDebug },
            new RequestLog(context.Loop, Log.LongestText, context.Log.Gather),
            new HostFailures(place => HostFailed(place)),
            new ProxyPreface(new RareWarning(context.Loop, context.Log).Say))
        {
            Emptied = Emptied,
        };
        Queries = new QueryTable(context.Loop, Sessions, [.. Enum.GetValues<Flaw>().Select(_ => new RareWarning(context.Loop, context.Log))]);
        Tls = new TlsService(context.Loop, context.Log, context.Preparation);
        TakeTicketKeys();
        foreach (Relay relay in configuration.Relays)
        {
            Board.Reset(relay.Place);
        }

        Take(configuration);
    }

    /// <summary>How many descriptors are neither for clients nor for their hosts.</summary>
    public int ReservedDescriptors { get; }

    /// <summary>Counts sessions.</summary>
    public RelayBoard Board { get; }

    /// <summary>Called with the place of a host at which so many sessions failed as it says.</summary>
    public Action<int> HostFailed { get; set; } = static _ => { };

    /// <summary>Sockets with clients' addresses, for transparent relays.</summary>
    public SocketStock Sockets { get; }

    /// <summary>All sessions.</summary>
    public SessionSet Sessions { get; }

    /// <summary>All queries of relays of datagrams; they are sessions too.</summary>
    public QueryTable Queries { get; }

    /// <summary>Speaks TLS.</summary>
    public TlsService Tls { get; }

    /// <summary>The parent made new keys for session tickets.</summary>
    public void TakeTicketKeys()
    {
        if (!_context.News.IsEmpty)
        {
            Tls.TakeTicketKeys(_context.News.Span);
        }
    }

    /// <summary>Takes a new configuration; sessions keep theirs, and those of the oldest are closed (D-32). A process that leaves because it lacks what the
    /// new one needs does not take it. One that has other hosts and nothing else is the same one, and sessions may see as many of them as they like (D-58).</summary>
    public void Reconfigure()
    {
        RelaydConfiguration before = _said;
        _said = Read();
        if (_said with { Tables = before.Tables } == before)
        {
            Move(before);
            return;
        }

        _generation++;
        _isTaken = UrlDigests.IsLoaded || RelayProcess.PreparationFor(_said) == Preparation.None;
        if (_isTaken)
        {
            Take(_said);
        }

        if (_generation > MostGenerations)
        {
            uint oldest = _generation - MostGenerations + 1;
            Sessions.LeaveGenerationsBefore(oldest);
            Queries.End(query => query.Relay.Generation < oldest, SessionEnd.Closed);
        }
    }

    /// <summary>Certificates of the configuration in use were replaced: nothing else changes, for no session.</summary>
    public void Renew()
    {
        _said = Read();
        foreach (Relay relay in _said.Relays)
        {
            Find(RelaySockets.KeyOf(relay, _said.ProtocolOf(relay)))?.Renew(_said, relay, Tls, _context.Loop);
        }
    }

    /// <summary>The relay of a listener under the newest configuration.</summary>
    /// <param name="key">As the parent names it.</param>
    public ServedRelay? Find(string key) => _relays.GetValueOrDefault(key);

    /// <summary>Serves a connection to its end.</summary>
    public ValueTask Serve(Connection connection, ServedRelay relay) => Sessions.Serve(connection, relay);

    /// <summary>A host went down: what leads there ends, as far as relays say so.</summary>
    /// <param name="place">Where its health stands.</param>
    public void HostDown(int place)
    {
        Sessions.HostDown(place);
        Queries.End(query => query.Relay.ClosesOnHostDown && query.Target.Place == place, SessionEnd.HostDown);
        HostOut(place);
    }

    /// <summary>A host gets no new sessions from now on: idle connections to it end.</summary>
    /// <inheritdoc cref="HostDown"/>
    public void HostOut(int place)
    {
        foreach (ServedRelay relay in _relays.Values)
        {
            relay.Http?.Pool?.HostOut(place);
        }
    }

    /// <summary>Lets sessions come to their end, those of HTTP with one more answer, and then the process.</summary>
    public void Leave()
    {
        _isLeaving = true;
        if (Sessions.Count == 0)
        {
            _context.End();
        }
    }

    /// <summary>Ends the sessions, and the process.</summary>
    public void Stop()
    {
        _isLeaving = true;
        Sessions.Close();
        Queries.End(static _ => true, SessionEnd.Closed);
        _context.End();
    }

    private void Emptied()
    {
        if (_isLeaving)
        {
            _context.End();
        }
    }

    private void Stock(RelaydConfiguration configuration)
    {
        TransparentKind[] kinds =
        [
            .. configuration.Relays.Where(static relay => relay.Forward.IsTransparent)
                .Select(relay => TransparentSocket.KindFor(relay.Listen.ToSocketAddress(), configuration.ProtocolOf(relay).Type == ProtocolType.Dns ? ListenKind.Datagram : ListenKind.Stream))
                .Distinct(),
        ];
        Array.ForEach(kinds, Sockets.Prepare);
        if (kinds.Length == 0)
        {
            Sockets.Close();
        }
    }

    // Of the configuration in use tables have other hosts, and nothing else has changed.
    private void Move(RelaydConfiguration before)
    {
        if (!_isTaken)
        {
            return;
        }

        foreach (Relay relay in _said.Relays)
        {
            Find(RelaySockets.KeyOf(relay, _said.ProtocolOf(relay)))?.Move(_said, relay);
        }

        foreach (int gone in PlacesOf(before).Except(PlacesOf(_said)))
        {
            HostOut(gone);
        }

        Tell(_said);
    }

    private static IEnumerable<int> PlacesOf(RelaydConfiguration configuration) =>
        configuration.Tables.SelectMany(static table => table.Hosts).Select(static host => host.Place);

    private RelaydConfiguration Read() => ConfigurationWire.Read(_context.Payload)
        ?? throw new InvalidOperationException("the parent sent a slice that it did not write");

    private void Take(RelaydConfiguration configuration)
    {
        Dictionary<string, ServedRelay> former = _relays;
        Tls.BeginGeneration();
        _connectors = new HostConnectors(_connectors);
        RelayEnvironment environment = new(
            _context.Loop, _generation, _health, _pipes, _rules, Tls, AddressSets.Of(configuration.TrustedProxies), _connectors)
        {
            Misled = _misled,
            Sockets = Sockets,
        };
        _relays = configuration.Relays.ToDictionary(
            relay => RelaySockets.KeyOf(relay, configuration.ProtocolOf(relay)), relay => new ServedRelay(configuration, relay, environment), StringComparer.Ordinal);
        _connectors.Complete();
        Stock(configuration);
        foreach ((string key, ServedRelay relay) in former)
        {
            relay.Successor = Find(key);
            relay.Http?.Pool?.Close();
        }

        Tell(configuration);
    }

    private void Tell(RelaydConfiguration configuration)
    {
        foreach (Table table in configuration.Relays
            .SelectMany(relay => relay.Forward.Tables.Select(configuration.TableOf))
            .DistinctBy(table => table.Id)
            .OrderBy(table => table.Id))
        {
            _context.Log.Info($"adding {table.Hosts.Count} hosts from table {table.Name}{(table.Check is null ? " (no check)" : "")}");
        }
    }
}
