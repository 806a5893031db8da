using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Relayd.Health.Checks;

/// <summary>A host's echo request that is under way; one at a time, and the host keeps it for the next one.</summary>
internal sealed class EchoWait
{
    private readonly Waiter _waiter = new();
    private readonly Alarm _limit;

    public EchoWait()
    {
        _limit = new Alarm(() => _waiter.Complete(Wake.Expired));
    }

    /// <summary>Whom it was sent to; its port means nothing.</summary>
    public SocketAddress Address { get; set; }

    /// <summary>What the reply must have.</summary>
    public ulong Nonce { get; set; }

    /// <summary>The right reply is here.</summary>
    public void Complete() => _waiter.Complete(Wake.Ready);

    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<Wake> Wait(DeadlineQueue within)
    {
        _limit.Arm(within);
        Wake wake = await _waiter.Wait();
        _limit.Disarm();
        return wake;
    }
}

/// <summary>Checks by echo requests (R-CHECK-10) of one family, over the socket that the parent opened.</summary>
internal sealed class EchoCheck
{
    // Replies in a turn; then others have theirs.
    private const int MostPerTurn = 256;

    private readonly EventLoop _loop;
    private readonly EchoSocket _socket;
    private readonly AddressKind _kind;
    private readonly ushort _identifier = (ushort)(Environment.ProcessId & ushort.MaxValue);
    private readonly Dictionary<int, EchoWait> _waits = [];
    private readonly byte[] _request = new byte[EchoMessage.Length];

    // Room for a packet's header and the longest options, ip(7).
    private readonly byte[] _reply = new byte[EchoMessage.Length + 60];
    private ushort _sequence;

    /// <summary>Begins to take replies.</summary>
    public EchoCheck(EventLoop loop, EchoSocket socket, AddressKind kind)
    {
        _loop = loop;
        _socket = socket;
        _kind = kind;
        loop.SpawnLasting(Listen);
    }

    /// <summary>Checks a host.</summary>
    /// <param name="place">Its place on the board.</param>
    /// <param name="wait">The host's own.</param>
    /// <param name="address">Of this family.</param>
    /// <param name="options">The time for the reply, and the hop limit.</param>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<CheckOutcome> Run(int place, EchoWait wait, SocketAddress address, DialOptions options)
    {
        wait.Address = address.WithPort(0);
        wait.Nonce = SystemRandom.Next();
        _sequence = unchecked((ushort)(_sequence + 1));
        new EchoMessage(_identifier, place, wait.Nonce).WriteRequest(_request, _kind, _sequence);
        Errno error = _socket.TrySend(address, _request, options.Ttl);
        if (error != Errno.None)
        {
            // A full queue is ours, and says nothing about the host.
            return error is Errno.WouldBlock or Errno.NoBuffers or Errno.OutOfMemory
                ? new CheckOutcome(CheckResult.IcmpWriteTimeout, Verdict.None, 0)
                : CheckOutcome.Of(CheckResult.IcmpWriteTimeout);
        }

        _waits[place] = wait;
        Wake wake = await wait.Wait(options.Within);
        _ = _waits.Remove(place);
        return CheckOutcome.Of(wake == Wake.Ready ? CheckResult.IcmpOk : CheckResult.IcmpReadTimeout);
    }

    private async ValueTask Listen()
    {
        while (await _socket.Readable() == Wake.Ready)
        {
            for (int count = 0; count < MostPerTurn && Receive() != Errno.WouldBlock; count++)
            {
                // Receive did it.
            }

            await _loop.NextTurn();
        }
    }

    private Errno Receive()
    {
        Errno error = _socket.TryReceive(_reply, out SocketAddress from, out ReadOnlySpan<byte> message);
        if (error == Errno.None && EchoMessage.TryReadReply(message, _kind, out EchoMessage reply) && reply.Identifier == _identifier
            && _waits.TryGetValue(reply.Place, out EchoWait? wait) && reply.Nonce == wait.Nonce && IsFrom(from, wait.Address))
        {
            wait.Complete();
        }

        return error;
    }

    // The zone of a link-local address may be known to one side alone.
    private static bool IsFrom(SocketAddress from, SocketAddress expected)
    {
        Span<byte> one = stackalloc byte[16];
        Span<byte> other = stackalloc byte[16];
        return one[..from.CopyIp(one)].SequenceEqual(other[..expected.CopyIp(other)]);
    }
}
