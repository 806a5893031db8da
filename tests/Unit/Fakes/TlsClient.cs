using System;
using System.IO;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;

using Xunit;

namespace Sluice.Unit.Fakes;

/// <summary>A client of TLS over a plain connection.</summary>
internal sealed class TlsClient : ICiphertext, IDisposable
{
    private readonly Connection _connection;
    private readonly SslContextHandle _context = TlsPair.NewClient();

    public TlsClient(Connection connection)
    {
        _connection = connection;
        Tls = new TlsTransformer(this);
        Tls.OpenClient(_context);
    }

    public TlsTransformer Tls { get; }

    public IoResult Receive(Span<byte> destination)
    {
        Fill fill = _connection.Input.IsEmpty ? _connection.TryFill() : Fill.More;
        int count = int.Min(destination.Length, _connection.Input.Length);
        _connection.Input[..count].CopyTo(destination);
        _connection.Consume(count);
        return new IoResult(count, fill == Fill.Again ? Errno.WouldBlock : fill == Fill.Failed ? Errno.ConnectionReset : Errno.None);
    }

    public bool TryAppend(ReadOnlySpan<byte> records)
    {
        records.CopyTo(_connection.Output(records.Length));
        _connection.Commit(records.Length);
        return true;
    }

    /// <summary>What became of the handshake.</summary>
    public async ValueTask<TlsStep> ShakeHands()
    {
        while (true)
        {
            TlsStep step = Tls.Handshake();
            _ = await _connection.Flush();
            if (step != TlsStep.NeedInput || await _connection.Readable() != Wake.Ready)
            {
                return step;
            }
        }
    }

    public async ValueTask Send(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlyMemory<byte> part = bytes[..int.Min(bytes.Length, 8000)];
            Assert.Equal(TlsStep.Done, Tls.Write(part.Span));
            Assert.Equal(Wake.Ready, await _connection.Flush());
            bytes = bytes[part.Length..];
        }
    }

    /// <summary>Receives so many bytes, or what comes before the end; <see cref="TlsStep.Done"/> where all came.</summary>
    public async ValueTask<(byte[] Bytes, TlsStep Step)> Receive(int count)
    {
        using MemoryStream received = new();
        byte[] buffer = new byte[TlsTransformer.RecordSize];
        TlsStep step = TlsStep.Done;
        while (received.Length < count && step is TlsStep.Done or TlsStep.NeedInput)
        {
            step = Tls.Read(buffer, out int read);
            received.Write(buffer.AsSpan(0, read));
            if (step == TlsStep.NeedInput && await _connection.Readable() != Wake.Ready)
            {
                break;
            }
        }

        return (received.ToArray(), step);
    }

    public void Dispose()
    {
        Tls.Close();
        _context.Dispose();
    }
}
