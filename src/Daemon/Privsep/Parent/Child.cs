using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Program;
using Sluice.Daemon.Wire;
using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>How far a child is.</summary>
internal enum ChildPhase
{
    /// <summary>There is no process.</summary>
    Absent,

    /// <summary>The process runs and prepares itself; it has said nothing yet.</summary>
    Started,

    /// <summary>It has said hello, is of our build, and waits for its configuration.</summary>
    Introduced,

    /// <summary>It was given its configuration.</summary>
    Assigned,

    /// <summary>It works.</summary>
    Ready,
}

/// <summary>One place in the daemon: a process of a role, and after its death its successor.</summary>
internal sealed class Child(Role role, int instance) : IDisposable
{
    // In ticks, a second each. Ticks and not time: when the parent itself was stopped, nobody is late.
    private const int LongestSilence = 10;
    private const int LongestStart = 30;

    private readonly WireWriter _writer = new();
    private readonly byte[] _received = new byte[Channel.LongestMessage];
    private ChildProcess? _process;
    private Channel? _channel;
    private Statistics? _statistics;
    private long _lastHeartbeat;
    private int _silentTicks;

    public Role Role { get; } = role;

    public int Instance { get; } = instance;

    public string Description { get; } = role.Describe(instance);

    public ChildPhase Phase { get; set; }

    /// <summary>What its process has loaded beyond what all have; known when it is <see cref="ChildPhase.Assigned"/>.</summary>
    public Preparation Preparation { get; private set; }

    /// <summary>Who takes this place, where the process lacks what a reload demands; it leaves when that one works.</summary>
    public Child? Successor { get; set; }

    /// <summary>Whether it was told to leave; it still hears of configurations, for its connections.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Whether its process is to be replaced when it ends.</summary>
    public bool IsWanted { get; set; } = true;

    /// <summary>The generation by which it works; 0 before it is ready.</summary>
    public uint Generation { get; set; }

    /// <summary>The newest generation that its process was told of; it confirms that with <see cref="Generation"/>.</summary>
    public uint ToldGeneration { get; set; }

    /// <summary>Whether there was ever a process here that worked. While there was none, others wait with what they would ask of it.</summary>
    public bool HasWorked { get; set; }

    /// <summary>The ids of listeners that this process has been offered are not above this.</summary>
    public int OfferedListeners { get; set; }

    /// <summary>The names of descriptors that this process has.</summary>
    public HashSet<string> OfferedDescriptors { get; } = new(StringComparer.Ordinal);

    /// <summary>Its own deaths, which make its successors wait.</summary>
    public DeathRecord Deaths { get; } = new();

    public int ProcessId => _process?.ProcessId ?? 0;

    /// <summary>Starts the process; nobody waits for it here.</summary>
    public Errno Spawn(string program, EventLoop loop, SpawnProcess spawn)
    {
        (Channel ours, Channel theirs) = Channel.CreatePair();
        SpawnOptions options = new(Role.Title(program, Instance), ProcessEnvironment.OfChild(Role.Name, Instance))
        {
            Descriptors = [theirs.Descriptor],
        };
        _process = spawn(options, out Errno error);
        theirs.Dispose();
        if (_process is null)
        {
            ours.Dispose();
            return error;
        }

        ours.Attach(loop);
        _channel = ours;
        _statistics = Statistics.Create(Role.Title(program, Instance));
        _lastHeartbeat = 0;
        _silentTicks = 0;
        Phase = ChildPhase.Started;
        Generation = 0;
        OfferedListeners = 0;
        OfferedDescriptors.Clear();
        return Errno.None;
    }

    /// <summary>Sends a message; a child that lets its queue run full is stuck, and killed.</summary>
    public void Send(Message message, params ReadOnlySpan<int> descriptors)
    {
        _writer.Clear();
        message.Write(_writer);
        if (_channel?.TrySend(_writer.Written, descriptors) == ChannelStatus.Again)
        {
            Kill();
        }
    }

    /// <summary>As whom it is to run.</summary>
    public void Assign(Assignment assignment)
    {
        Preparation = assignment.Preparation;
        Send(assignment, _statistics!.Descriptor);
    }

    public ValueTask<Wake> Readable() => _channel!.Readable();

    /// <summary>Takes the next message if there is one.</summary>
    /// <param name="message">Null where the child sent something that is none.</param>
    /// <param name="descriptors">What came with it; the caller disposes it.</param>
    public ChannelStatus TryReceive(out Message? message, out ReceivedDescriptors descriptors)
    {
        ChannelResult result = _channel!.TryReceive(_received, out descriptors);
        message = result.Status == ChannelStatus.Done ? Message.Read(_received.AsSpan(0, result.LengthBytes)) : null;
        return result.Status;
    }

    /// <summary>Ends the conversation; the process sees the end of its channel and leaves.</summary>
    public void Release()
    {
        _channel?.Dispose();
        _channel = null;
    }

    public void Kill() => _process?.Kill();

    /// <summary>How its process ended; null while it has not.</summary>
    public ChildExit? TryBury()
    {
        ChildExit? exit = _process!.TryWait();
        if (exit is not null)
        {
            Release();
            _process = null;
            _statistics?.Dispose();
            _statistics = null;
            Phase = ChildPhase.Absent;
            Generation = 0;
        }

        return exit;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        _statistics?.Dispose();
    }

    /// <summary>A second has passed. Whether the process shows no life for so long that it must be replaced.</summary>
    public bool IsStuckAfterTick()
    {
        if (_statistics is null)
        {
            return false;
        }

        long heartbeat = _statistics.Heartbeat;
        _silentTicks = heartbeat == _lastHeartbeat ? _silentTicks + 1 : 0;
        _lastHeartbeat = heartbeat;
        return _silentTicks >= (Phase == ChildPhase.Ready ? LongestSilence : LongestStart);
    }
}
