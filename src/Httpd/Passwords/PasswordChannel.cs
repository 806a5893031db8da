using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Passwords;

/// <summary>In a server: has passwords verified by the auth process, which has the files. Others are served meanwhile.</summary>
/// <remarks>A question that the auth process does not answer within ten seconds is given up. When that process dies, its successor is asked
/// all that is open.</remarks>
/// <param name="loop">Its time.</param>
internal sealed class PasswordChannel(EventLoop loop)
{
    private const int MostSpare = 64;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    private readonly SortedDictionary<long, Pending> _pending = [];
    private readonly Queue<long> _unsent = new();
    private readonly Stack<Pending> _spare = new();
    private readonly byte[] _answer = new byte[64];
    private Channel? _channel;
    private long _asked;
    private bool _isSending;

    /// <summary>An auth process is there: the first one, or a successor.</summary>
    public void Connect(Channel channel)
    {
        _channel?.Dispose();
        _channel = channel;
        _isSending = false;
        _unsent.Clear();
        loop.SpawnLasting(() => Listen(channel));
        foreach (long number in _pending.Keys.ToArray())
        {
            Send(number);
        }
    }

    /// <summary>Asks whether a password is right. What is asked is copied before this returns.</summary>
    /// <param name="guard">By which file.</param>
    /// <param name="client">Who says so.</param>
    /// <param name="text">Name, colon and password.</param>
    /// <param name="userLength">Bytes of the name.</param>
    public ValueTask<Verdict> Ask(Guard guard, in SocketAddress client, ReadOnlySpan<byte> text, int userLength)
    {
        if (_pending.Count >= PasswordChecks.MostQuestions)
        {
            return ValueTask.FromResult(Verdict.Unavailable);
        }

        Pending pending = _spare.TryPop(out Pending? spare) ? spare : new Pending();
        pending.Begin(new PasswordQuestion(++_asked, guard.Generation, guard.File, ClientOf(client), text, userLength));
        _pending.Add(pending.Number, pending);
        pending.Deadline.Arm(loop.Timeouts(_limit));
        Send(pending.Number);
        return Wait(pending);
    }

    /// <summary>An address is one client, and so is a network of IPv6 of which everybody has a whole one.</summary>
    internal static UInt128 ClientOf(in SocketAddress address)
    {
        const int NetworkBytes = 8;
        const int MappedBytes = 12;
        Span<byte> ip = stackalloc byte[16];
        ip.Clear();
        if (address.CopyIp(ip) == 16)
        {
            ReadOnlySpan<byte> mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
            if (ip.StartsWith(mapped))
            {
                ip[MappedBytes..].CopyTo(ip);
                ip[4..].Clear();
            }
            else
            {
                // Marked, so that no network is an address of IPv4.
                ip[NetworkBytes..].Fill(0xff);
            }
        }

        return BitConverter.ToUInt128(ip);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Verdict> Wait(Pending pending)
    {
        _ = await pending.Waiter.Wait();
        pending.Deadline.Disarm();
        _pending.Remove(pending.Number);
        Verdict verdict = pending.Verdict;
        pending.End();
        if (_spare.Count < MostSpare)
        {
            _spare.Push(pending);
        }

        return verdict;
    }

    private void Send(long number)
    {
        if (_channel is null)
        {
            return;
        }

        if (_isSending)
        {
            _unsent.Enqueue(number);
            return;
        }

        if (_pending.TryGetValue(number, out Pending? pending) && _channel.TrySend(pending.Message) == ChannelStatus.Again)
        {
            _isSending = true;
            _unsent.Enqueue(number);
            Channel channel = _channel;
            loop.Spawn(() => SendRest(channel));
        }
    }

    /// <summary>The auth process has not taken what it was sent: the rest follows as it does.</summary>
    private async ValueTask SendRest(Channel channel)
    {
        while (await channel.Writable() == Wake.Ready && channel == _channel && _unsent.TryPeek(out long number))
        {
            if (!_pending.TryGetValue(number, out Pending? pending) || channel.TrySend(pending.Message) != ChannelStatus.Again)
            {
                _ = _unsent.Dequeue();
            }
        }

        if (channel == _channel)
        {
            _isSending = false;
        }
    }

    private async ValueTask Listen(Channel channel)
    {
        while (await channel.Readable() == Wake.Ready)
        {
            ChannelStatus status;
            while ((status = Receive(channel)) == ChannelStatus.Done)
            {
            }

            if (status != ChannelStatus.Again)
            {
                break;
            }
        }

        channel.Dispose();
        if (channel == _channel)
        {
            // What is open waits for a successor.
            _channel = null;
        }
    }

    private ChannelStatus Receive(Channel channel)
    {
        ChannelResult received = channel.TryReceive(_answer, out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        if (received.Status == ChannelStatus.Done
            && PasswordAnswer.TryRead(_answer.AsSpan(0, received.LengthBytes), out PasswordAnswer answer)
            && _pending.TryGetValue(answer.Number, out Pending? pending))
        {
            pending.Complete(answer.Verdict);
        }

        return received.Status;
    }

    /// <summary>A question that is open. Used again.</summary>
    private sealed class Pending
    {
        private readonly SecretBytes _message = new(PasswordQuestion.Longest);
        private int _length;

        public Pending()
        {
            Deadline = new Alarm(() => Complete(Verdict.Unavailable));
        }

        public long Number { get; private set; }

        public ReadOnlySpan<byte> Message => _message.Span[.._length];

        public Waiter Waiter { get; } = new();

        public Alarm Deadline { get; }

        public Verdict Verdict { get; private set; }

        public void Begin(in PasswordQuestion question)
        {
            Number = question.Number;
            Verdict = Verdict.None;
            _length = question.Write(_message.Span);
        }

        public void Complete(Verdict verdict)
        {
            Verdict = verdict;
            Waiter.Complete(Wake.Ready);
        }

        public void End() => _message.Clear();
    }
}
