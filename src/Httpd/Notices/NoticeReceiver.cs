using System;
using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Httpd.Notices;

/// <summary>The notifier's side of one receiver: a datagram for each notice, in order.</summary>
/// <remarks>What the receiver does not take at once, because it is slow or not there, waits for its timeout; a receiver that
/// is restarted within it misses nothing. Then it is dropped and counted, as is what finds the queue full.</remarks>
internal sealed class NoticeReceiver : IDisposable
{
    /// <summary>How many notices wait at most.</summary>
    public const int MostWaiting = 1000;

    /// <summary>How many bytes of them wait at most.</summary>
    public const int MostWaitingBytes = 1024 * 1024;

    private static readonly TimeSpan _retry = TimeSpan.FromMilliseconds(50);

    private readonly ReceiverAddress _address;
    private readonly EventLoop _loop;
    private readonly DropReport _drops;
    private readonly Queue<Waiting> _waiting = new();
    private readonly Alarm _next;
    private LocalDatagram? _socket;

    /// <summary>Bytes of those that wait.</summary>
    private int _waitingBytes;

    /// <summary>Why the last attempt failed.</summary>
    private Errno _error;

    /// <summary>A notice that was not taken yet.</summary>
    private readonly record struct Waiting(byte[] Text, TimeSpan Until);

    /// <summary>One that is connected to with the first notice.</summary>
    /// <param name="address">Where.</param>
    /// <param name="loop">Of this process.</param>
    /// <param name="warn">Where it is said that notices were dropped.</param>
    public NoticeReceiver(ReceiverAddress address, EventLoop loop, Action<string> warn)
    {
        _address = address;
        _loop = loop;
        _drops = new DropReport(loop, words => warn($"{address.Socket}: {words}"));
        _next = new Alarm(SendWaiting);
    }

    /// <summary>Nothing waits.</summary>
    public bool IsIdle => _waiting.Count == 0;

    /// <summary>Called when nothing waits any more.</summary>
    public Action BecameIdle { get; set; } = static () => { };

    /// <summary>Sends a notice, or lets it wait.</summary>
    public void Take(ReadOnlySpan<byte> text)
    {
        if (IsIdle)
        {
            _error = TrySend(text);
        }

        bool isFull = _waiting.Count == MostWaiting || text.Length > MostWaitingBytes - _waitingBytes;
        if (!IsIdle || _error != Errno.None)
        {
            if (isFull || _error == Errno.MessageTooLong)
            {
                Drop();
            }
            else
            {
                _waiting.Enqueue(new Waiting(text.ToArray(), _loop.Now + _address.Timeout));
                _waitingBytes += text.Length;
                Retry();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _next.Disarm();
        _socket?.Dispose();
        _socket = null;
    }

    private void SendWaiting()
    {
        while (_waiting.TryPeek(out Waiting first))
        {
            _error = TrySend(first.Text);
            bool isOver = first.Until <= _loop.Now || _error == Errno.MessageTooLong;
            if (_error != Errno.None && !isOver)
            {
                Retry();
                return;
            }

            if (_error != Errno.None)
            {
                Drop();
            }

            _ = _waiting.Dequeue();
            _waitingBytes -= first.Text.Length;
        }

        BecameIdle();
    }

    private void Retry()
    {
        if (!_next.IsArmed)
        {
            _next.Arm(_loop.Timeouts(_retry));
        }
    }

    private void Drop() => _drops.Add(1, _error.Describe());

    /// <summary>Connects where that is needed: a receiver that was started anew has another socket under the same name.</summary>
    private Errno TrySend(ReadOnlySpan<byte> text)
    {
        if (_socket is null && LocalDatagram.TryConnect(Bytes.Of(_address.Socket), out _socket) is not Errno.None and { } error)
        {
            return error;
        }

        Errno result = _socket!.TrySend(text);
        if (result is not (Errno.None or Errno.WouldBlock or Errno.NoBuffers or Errno.MessageTooLong))
        {
            _socket.Dispose();
            _socket = null;
        }

        return result;
    }
}
