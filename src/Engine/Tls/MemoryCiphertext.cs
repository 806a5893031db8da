using System;

namespace Sluice.Engine.Tls;

/// <summary>Ciphertext that goes from one transformer to another in memory: for a handshake without a network.</summary>
internal sealed class MemoryCiphertext : ICiphertext
{
    private byte[] _sent = new byte[4096];

    // The part of _sent that the other end has not received: 0 <= _start <= _end <= _sent.Length.
    private int _start;
    private int _end;

    /// <summary>Where its input comes from; nothing comes without one.</summary>
    public MemoryCiphertext? Other { get; set; }

    /// <summary>Nothing more will be sent.</summary>
    public bool IsEnded { get; set; }

    /// <summary>What was sent and not received yet.</summary>
    public ReadOnlySpan<byte> Pending => _sent.AsSpan(_start, _end - _start);

    public IoResult Receive(Span<byte> destination)
    {
        int count = Other?.Take(destination) ?? 0;
        return new IoResult(count, count > 0 || Other is { IsEnded: true } ? Errno.None : Errno.WouldBlock);
    }

    public bool TryAppend(ReadOnlySpan<byte> records)
    {
        if (_sent.Length - _end < records.Length)
        {
            Pending.CopyTo(_sent);
            (_start, _end) = (0, _end - _start);
            Array.Resize(ref _sent, int.Max(_sent.Length, 2 * (_end + records.Length)));
        }

        records.CopyTo(_sent.AsSpan(_end));
        _end += records.Length;
        return true;
    }

    /// <summary>Takes from the front of what is pending; how much.</summary>
    public int Take(Span<byte> destination)
    {
        int count = int.Min(destination.Length, _end - _start);
        Pending[..count].CopyTo(destination);
        _start += count;
        return count;
    }
}
