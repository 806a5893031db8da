using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;

using Sluice.Control;
using Sluice.Daemon.Wire;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Relayd.Relaying;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Relayd.Control;

/// <summary>Asks all relay processes for their sessions (R-CTL-06). At most a few lists are in memory at once, however slowly clients take them.</summary>
/// <param name="loop">Its time.</param>
internal sealed class SessionLists(EventLoop loop)
{
    private const int MostAtOnce = 4;

    // Of a message; the relay processes hold to less.
    private const int LongestAnswer = 65536;

    /// <summary>A relay process that does not answer in this time is left out.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, Channel> _channels = [];
    private readonly Dictionary<long, Collection> _collections = [];
    private readonly Queue<Waiter> _queue = new();
    private readonly byte[] _buffer = new byte[LongestAnswer];
    private readonly WireWriter _writer = new();
    private long _asked;
    private int _inUse;

    /// <summary>A relay process is there: the first one of its instance, or a successor.</summary>
    public void Connect(int instance, Channel channel)
    {
        if (_channels.Remove(instance, out Channel? before))
        {
            before.Dispose();
        }

        _channels[instance] = channel;
        loop.SpawnVital(() => Listen(instance, channel));
    }

    /// <summary>Waits until there is room for a list. Who got it calls <see cref="Release"/> when it is sent.</summary>
    public async ValueTask Acquire()
    {
        while (_inUse >= MostAtOnce)
        {
            Waiter waiter = new();
            _queue.Enqueue(waiter);
            _ = await waiter.Wait();
        }

        _inUse++;
    }

    /// <summary>Lets the next one have its list.</summary>
    public void Release()
    {
        _inUse--;
        if (_queue.TryDequeue(out Waiter? next))
        {
            next.Complete(Wake.Ready);
        }
    }

    /// <summary>The sessions of all processes, process by process.</summary>
    public async ValueTask<IReadOnlyList<SessionEntry>> Collect()
    {
        long number = ++_asked;
        Collection collection = new();
        _collections.Add(number, collection);
        foreach ((int instance, Channel channel) in _channels.OrderBy(static channel => channel.Key))
        {
            _writer.Clear();
            new SessionsRequest(number).Write(_writer);
            if (channel.TrySend(_writer.Written) == ChannelStatus.Done)
            {
                collection.Expect(instance);
            }
        }

        if (!collection.IsComplete)
        {
            collection.Deadline.Arm(loop.Timeouts(_limit));
            _ = await collection.Waiter.Wait();
            collection.Deadline.Disarm();
        }

        _collections.Remove(number);
        return collection.Entries;
    }

    /// <summary>A session as relayctl(8) shows it.</summary>
    public static SessionRow Row(in SessionEntry entry) => new(entry.Id, entry.RelayId, entry.ProcessId)
    {
        Client = EndPoint(entry.Client) ?? new IPEndPoint(IPAddress.None, 0),
        Target = EndPoint(entry.Target),
        State = entry.State == Relaying.SessionState.Done ? Sluice.Control.SessionState.Done : Sluice.Control.SessionState.Running,
        Age = TimeSpan.FromSeconds((long)entry.Age.TotalSeconds),
        Idle = TimeSpan.FromSeconds((long)entry.Idle.TotalSeconds),
        TagId = entry.TagId,
    };

    private static IPEndPoint? EndPoint(in SocketAddress address)
    {
        Span<byte> ip = stackalloc byte[16];
        return address.CopyIp(ip) switch
        {
            0 => null,
            4 => new IPEndPoint(new IPAddress(ip[..4]), address.Port),
            _ => new IPEndPoint(new IPAddress(ip, address.Zone), address.Port),
        };
    }

    private async ValueTask Listen(int instance, Channel channel)
    {
        ChannelStatus status = ChannelStatus.Done;
        while (status == ChannelStatus.Done || (status == ChannelStatus.Again && await channel.Readable() == Wake.Ready))
        {
            status = Receive(instance, channel);
        }

        channel.Dispose();
        if (_channels.TryGetValue(instance, out Channel? current) && current == channel)
        {
            _channels.Remove(instance);
        }

        foreach (Collection collection in _collections.Values.ToArray())
        {
            collection.GiveUp(instance);
        }
    }

    private ChannelStatus Receive(int instance, Channel channel)
    {
        ChannelResult received = channel.TryReceive(_buffer, out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        if (received.Status == ChannelStatus.Done
            && SessionsAnswer.Read(_buffer.AsSpan(0, received.LengthBytes)) is { } answer
            && _collections.TryGetValue(answer.Number, out Collection? collection))
        {
            collection.Take(instance, answer);
        }

        return received.Status;
    }

    /// <summary>A list that is being made.</summary>
    private sealed class Collection
    {
        private readonly HashSet<int> _missing = [];
        private readonly List<SessionEntry> _entries = [];

        public Collection()
        {
            Deadline = new Alarm(() => Waiter.Complete(Wake.Expired));
        }

        public Waiter Waiter { get; } = new();

        public Alarm Deadline { get; }

        public bool IsComplete => _missing.Count == 0;

        public IReadOnlyList<SessionEntry> Entries => _entries;

        public void Expect(int instance) => _missing.Add(instance);

        public void Take(int instance, SessionsAnswer answer)
        {
            if (!_missing.Contains(instance))
            {
                return;
            }

            _entries.AddRange(answer.Entries.Select(entry => entry with { Instance = instance }));
            if (answer.IsLast)
            {
                GiveUp(instance);
            }
        }

        public void GiveUp(int instance)
        {
            if (_missing.Remove(instance) && IsComplete)
            {
                Waiter.Complete(Wake.Ready);
            }
        }
    }
}
