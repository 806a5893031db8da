using System;
using System.Collections.Generic;
using System.Linq;

using Microsoft.Win32.SafeHandles;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Children;

/// <summary>A listening socket that the parent opened for this process alone.</summary>
/// <param name="Id">Which socket; never used twice in a daemon's life. What is in use under an id stays as it is.</param>
/// <param name="Key">The key of its <see cref="ListenRequest"/>.</param>
/// <param name="Descriptor">The socket. Whoever begins to accept from it owns it and closes it.</param>
public sealed record InheritedListener(int Id, string Key, int Descriptor);

/// <summary>A channel to a process of another role.</summary>
/// <param name="Role">Its role.</param>
/// <param name="Instance">Which process of it, from 0.</param>
/// <param name="Channel">
/// On this process' loop. When that process is gone a new one comes with its successor; whoever uses the old one disposes it.
/// </param>
public sealed record Peer(string Role, int Instance, Channel Channel);

/// <summary>What became of <see cref="ChildContext.AskForFile"/>.</summary>
/// <param name="Generation">The configuration whose number it is.</param>
/// <param name="Index">Which of its files.</param>
/// <param name="Error">Why it could not be opened.</param>
/// <param name="File">The file, where there is no error; who is told owns it.</param>
public readonly record struct AnsweredFile(uint Generation, int Index, Errno Error, OpenFile? File);

/// <summary>All that a child process was given, and how it hears of changes.</summary>
/// <remarks>The callbacks run on the loop, between whatever sessions do; by default they do nothing.</remarks>
public sealed class ChildContext
{
    private readonly List<Peer> _peers = [];
    private readonly SortedDictionary<int, SharedPages> _noAreas = [];
    private readonly Dictionary<string, SortedDictionary<int, SharedPages>> _areas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _descriptors = new(StringComparer.Ordinal);
    private int _steering;

    internal ChildContext(Role role, int instance, EventLoop loop, Log log, Statistics statistics, Preparation preparation = Preparation.None)
    {
        Role = role;
        Instance = instance;
        Loop = loop;
        Log = log;
        Statistics = statistics;
        Preparation = preparation;
    }

    /// <summary>What this process is.</summary>
    public Role Role { get; }

    /// <summary>Which of its role, from 0.</summary>
    public int Instance { get; }

    /// <summary>The loop on which all of its work runs.</summary>
    public EventLoop Loop { get; }

    /// <summary>Says it where the daemon logs; never waits. Its verbosity is that of the command line.</summary>
    public Log Log { get; }

    /// <summary>Counters that the parent and the control process see without asking.</summary>
    public Statistics Statistics { get; }

    /// <summary>What was loaded before the sandbox. A configuration may demand more when this process is about to leave.</summary>
    public Preparation Preparation { get; }

    /// <summary>The role's slice of the configuration, as <see cref="LoadedConfiguration.Payloads"/> had it.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>What the role's <see cref="Supplement"/> was made last; empty where there is none.</summary>
    public ReadOnlyMemory<byte> News { get; private set; }

    /// <summary>Which configuration that is: 1 at start, one more with each reload.</summary>
    public uint Generation { get; private set; }

    /// <summary>The sockets of that configuration; empty for a role that does not accept.</summary>
    public IReadOnlyList<InheritedListener> Listeners { get; private set; } = [];

    /// <summary>
    /// Descriptors of the log files, in the order of <see cref="LoadedConfiguration.LogFiles"/>; empty for a role that
    /// writes none. This object owns them, and closes those of before when <see cref="LogFilesChanged"/> returns.
    /// </summary>
    public IReadOnlyList<int> LogFiles { get; private set; } = [];

    /// <summary>What the parent opened for this role, by the name of the <see cref="DescriptorRequest"/>. Whoever uses one does not close it.</summary>
    public IReadOnlyDictionary<string, int> Descriptors => _descriptors;

    /// <summary>Whether the parent is told that this process works as soon as it has begun, or <see cref="SayReady"/> says so.</summary>
    internal bool IsHeld { get; private set; }

    /// <summary>
    /// A reload: payload, generation, listeners and log files are the new ones. A socket that is listed no more is to be
    /// retired (<see cref="Listener.Retire"/>).
    /// </summary>
    public Action Reconfigured { get; set; } = static () => { };

    /// <summary>Of the configuration in use <see cref="Payload"/> is another now, and nothing else: files that it names were replaced. Gets the number of the renewal.</summary>
    public Action<int> Renewed { get; set; } = static _ => { };

    /// <summary>A slice that would be this role's if a configuration that was read were used: whether its keys fit is answered by <see cref="Try"/>. Gets the number of the trial.</summary>
    public Action<int, ReadOnlyMemory<byte>> Trial { get; set; } = static (_, _) => { };

    /// <summary><see cref="News"/> changed; with a reload, just before the configuration that it belongs to.</summary>
    public Action NewsCame { get; set; } = static () => { };

    /// <summary>Log files were opened anew: what is written from now on goes to the new descriptors.</summary>
    public Action LogFilesChanged { get; set; } = static () => { };

    /// <summary>A channel to a process of another role is there. Those of the start are in <see cref="Peers"/> already.</summary>
    public Action<Peer> PeerConnected { get; set; } = static _ => { };

    /// <summary>The parent has opened a file that this process asked for, or says why it could not; then it is null. Who is told owns it.</summary>
    public Action<Errno, SpoolFile?> SpoolCame { get; set; } = static (_, file) => file?.Dispose();

    /// <summary>The parent has opened a file that this process asked for, or could not.</summary>
    public Action<AnsweredFile> FileCame { get; set; } = static answer => answer.File?.Dispose();

    /// <summary>The parent has made sockets that this process asked for, or says why there is not one. Who is told takes them; the others are closed.</summary>
    public Action<TransparentKind, Errno, ReceivedDescriptors> SocketsCame { get; set; } = static (_, _, _) => { };

    /// <summary>The parent has connected to the service that this process asked for, or says why not. Who is told owns the descriptor; it is -1 where there is none.</summary>
    public Action<Errno, int> Connected { get; set; } = static (_, _) => { };

    /// <summary>
    /// The daemon ends: accept no more, let begun work come to its end, then call <see cref="End"/>; the parent waits for
    /// a bounded time. By default the process ends at once.
    /// </summary>
    public Action? Stopping { get; set; }

    /// <summary>The last thing that this process does, whether the daemon ends, a successor comes, or the parent has died.</summary>
    public Action Ending { get; set; } = static () => { };

    /// <summary>
    /// A successor accepts from the listeners with these ids: accept no more from them, retire the others (<see cref="Listener.Retire"/>), let each
    /// connection have one more answer that says that it is the last, then call <see cref="End"/>. Reloads go on to be told, without
    /// listeners. By default the process ends at once.
    /// </summary>
    public Action<IReadOnlyCollection<int>>? Leaving { get; set; }

    /// <summary>The channels to all processes that this one speaks with.</summary>
    public IReadOnlyList<Peer> AllPeers => _peers;

    /// <summary>The channels to the processes of a role, by instance.</summary>
    public IEnumerable<Peer> Peers(string role) =>
        _peers.Where(peer => string.Equals(peer.Role, role, StringComparison.Ordinal)).OrderBy(peer => peer.Instance);

    /// <summary>Asks for a file without a name, to keep in it what memory has no room for. Each call has its answer, in order: <see cref="SpoolCame"/>.</summary>
    public void AskForSpool() => ToParent(new SpoolRequest(Generation));

    /// <summary>Asks for sockets that may have others' addresses; for <see cref="LoadedConfiguration.TransparentRole"/>. The answer is <see cref="SocketsCame"/>; there is none
    /// where the parent has another configuration by then, which lets nobody have any.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="count">1 to 250; there may come fewer.</param>
    public void AskForSockets(TransparentKind kind, int count) => ToParent(new SocketsRequest(Generation, kind, count));

    /// <summary>Asks for a connection to <see cref="LoadedConfiguration.Service"/>. The answer is <see cref="Connected"/>; there is none where the parent has another configuration by
    /// then: who still needs one asks again when this process hears of that.</summary>
    public void AskForConnection() => ToParent(new ConnectRequest(Generation));

    /// <summary>Asks for one of the files of <see cref="LoadedConfiguration.Files"/>. The answer is <see cref="FileCame"/>; there is none where
    /// the parent has another configuration by then, which this process hears of next.</summary>
    /// <param name="index">Which, of the configuration of <see cref="Generation"/>.</param>
    public void AskForFile(int index) => ToParent(new FileRequest(Generation, index));

    /// <summary>The parent has answered a request of <see cref="Steer"/>.</summary>
    public Action<SteeringResult> Steered { get; set; } = static _ => { };

    /// <summary>The memory that a process of the role that writes it shares.</summary>
    /// <param name="name">The area's.</param>
    /// <param name="instance">Which process, from 0.</param>
    /// <exception cref="KeyNotFoundException">This role has nothing to do with it.</exception>
    public SharedPages Area(string name, int instance = 0) => _areas[name][instance];

    /// <summary>The memory of all processes of the role that writes it, by their number.</summary>
    /// <param name="name">The area's; one that this role has nothing to do with is empty.</param>
    public IReadOnlyCollection<SharedPages> Areas(string name) => _areas.GetValueOrDefault(name, _noAreas).Values;

    /// <summary>Asks the parent for what concerns the daemon as a whole; for roles that may. The answer is <see cref="Steered"/>, perhaps never.</summary>
    /// <param name="kind">What.</param>
    /// <param name="content">As the kind says.</param>
    /// <param name="descriptor">A file to send with it, which stays the caller's; -1 for none.</param>
    /// <returns>The number that the answer will have.</returns>
    public int Steer(SteeringKind kind, ReadOnlyMemory<byte> content, int descriptor = -1)
    {
        SteeringRequest request = new(Generation, ++_steering, kind, content);
        if (descriptor < 0)
        {
            ToParent(request);
        }
        else
        {
            ToParentWith(request, descriptor);
        }

        return _steering;
    }

    /// <summary>
    /// From <see cref="Program.DaemonProgram.RunChild"/> or <see cref="Reconfigured"/>: the process works by its configuration only when it says so. At the start, and with each reload
    /// for roles of <see cref="ChangeOrder.First"/>, others wait for it, a few seconds at most.
    /// </summary>
    public void HoldReady() => IsHeld = true;

    /// <summary>The process works by its configuration.</summary>
    public void SayReady()
    {
        if (IsHeld)
        {
            IsHeld = false;
            ToParent(new Ready(Generation));
        }
    }

    /// <summary>What has become of the keys that came with a renewal; for the role that has them.</summary>
    /// <param name="number">That of the renewal.</param>
    /// <param name="useless">Numbers of keys that do not fit their certificates, or are none.</param>
    public void Judge(int number, IReadOnlyList<int> useless) => ToParent(new KeysVerdict(Generation, number, useless));

    /// <summary>What is wrong with the keys of a <see cref="Trial"/>; for the role that has the keys.</summary>
    /// <param name="number">That of the trial.</param>
    /// <param name="faults">A line each; empty where all fit.</param>
    public void Try(int number, IReadOnlyList<string> faults) => ToParent(new KeysFaults(Generation, number, faults));

    /// <summary>Ends this process: the loop returns at the end of this turn.</summary>
    public void End() => Loop.Stop();

    internal void Take(uint generation, ReadOnlyMemory<byte> payload, IReadOnlyList<InheritedListener> listeners)
    {
        Generation = generation;
        Payload = payload;
        Listeners = listeners;
    }

    internal void Take(ReadOnlyMemory<byte> payload) => Payload = payload;

    internal Action<Message> ToParent { get; set; } = static _ => { };

    internal Action<Message, int> ToParentWith { get; set; } = static (_, _) => { };

    internal void Take(AreaKey area, SharedPages pages)
    {
        if (!_areas.TryGetValue(area.Name, out SortedDictionary<int, SharedPages>? instances))
        {
            instances = [];
            _areas.Add(area.Name, instances);
        }

        instances[area.Instance] = pages;
    }

    internal void Take(string name, int descriptor)
    {
        if (_descriptors.TryGetValue(name, out int before))
        {
            new SafeFileHandle(before, ownsHandle: true).Dispose();
        }

        _descriptors[name] = descriptor;
    }

    internal void Take(News news) => News = news.Content;

    internal void Take(IReadOnlyList<int> logFiles) => LogFiles = logFiles;

    internal void Take(Peer peer)
    {
        _ = _peers.RemoveAll(other => other.Instance == peer.Instance && string.Equals(other.Role, peer.Role, StringComparison.Ordinal));
        _peers.Add(peer);
    }
}
