using System;

using Sluice.Engine;
using Sluice.Engine.Tls;

namespace Sluice.Fuzz.Targets;

/// <summary>Which of two.</summary>
internal enum TlsEndKind
{
    Server,
    Client,
}

/// <summary>One end of a connection in the hands of a <see cref="TlsTarget"/>.</summary>
internal sealed class TlsEnd : ICiphertext
{
    private const int MostWritten = 100_000;

    private readonly Bytes _sent = new();
    private readonly Bytes _arrived = new();
    private bool _isCut;

    public TlsEnd(TlsEndKind kind)
    {
        Kind = kind;
        Tls = new TlsTransformer(this);
    }

    public TlsEndKind Kind { get; }

    public TlsTransformer Tls { get; }

    public TlsEnd Other { get; set; } = null!;

    public TlsStep Step { get; set; } = TlsStep.NeedInput;

    /// <summary>What this end gave to TLS.</summary>
    public Bytes Written { get; } = new();

    /// <summary>What TLS gave to this end.</summary>
    public Bytes Received { get; } = new();

    /// <summary>This end has said that it is done.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What this end sends was changed or cut.</summary>
    public bool IsSpoiled { get; private set; }

    public IoResult Receive(Span<byte> destination)
    {
        int count = _arrived.Take(destination);
        bool isOver = Other._isCut && Other._sent.Length == 0;
        return new IoResult(count, count > 0 || isOver ? Errno.None : Errno.WouldBlock);
    }

    public bool TryAppend(ReadOnlySpan<byte> records)
    {
        _sent.Write(records);
        return true;
    }

    /// <summary>So many bytes, in records.</summary>
    public void Write(int count)
    {
        Span<byte> content = stackalloc byte[TlsTransformer.RecordSize];
        while (count > 0 && Tls.IsEstablished && !HasEnded && Written.Length < MostWritten)
        {
            Span<byte> part = content[..int.Min(count, content.Length)];
            for (int i = 0; i < part.Length; i++)
            {
                part[i] = unchecked((byte)((Written.Length + i) * 31 / 7));
            }

            if (Tls.Write(part) != TlsStep.Done)
            {
                return;
            }

            Written.Write(part);
            count -= part.Length;
        }
    }

    /// <summary>Lets the other end have so much of what this one sent.</summary>
    public void Deliver(int count)
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (count > 0 && _sent.Length > 0)
        {
            int taken = _sent.Take(buffer[..int.Min(count, buffer.Length)]);
            Other._arrived.Write(buffer[..taken]);
            count -= taken;
        }
    }

    /// <summary>Changes a byte that is under way.</summary>
    public void Change(int at, byte difference)
    {
        if (_sent.Length > 0 && difference != 0)
        {
            _sent.Flip(at % _sent.Length, difference);
            IsSpoiled = true;
        }
    }

    /// <summary>Says that it is done.</summary>
    public void End()
    {
        if (Tls.IsEstablished)
        {
            Tls.End();
            HasEnded = true;
        }
    }

    /// <summary>Goes away without a word, and what is under way is lost.</summary>
    public void Cut()
    {
        _isCut = true;
        IsSpoiled = true;
        Span<byte> buffer = stackalloc byte[4096];
        while (_sent.Take(buffer) > 0)
        {
        }
    }

    /// <summary>Bytes that are taken from the front.</summary>
    internal sealed class Bytes
    {
        private byte[] _bytes = new byte[1024];
        private int _start;
        private int _end;

        public int Length => _end - _start;

        private ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, Length);

        public void Write(ReadOnlySpan<byte> bytes)
        {
            if (_bytes.Length - _end < bytes.Length)
            {
                Array.Resize(ref _bytes, 2 * (_end + bytes.Length));
            }

            bytes.CopyTo(_bytes.AsSpan(_end));
            _end += bytes.Length;
        }

        public int Take(Span<byte> destination)
        {
            int count = int.Min(destination.Length, Length);
            Span[..count].CopyTo(destination);
            _start += count;
            return count;
        }

        public void Flip(int at, byte difference) => _bytes[_start + at] ^= difference;

        public bool StartsWith(Bytes other) => Span.StartsWith(other.Span);
    }
}
