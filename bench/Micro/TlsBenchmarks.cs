using System;
using System.Diagnostics.CodeAnalysis;

using BenchmarkDotNet.Attributes;

using Sluice.Engine.Native;
using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Signing;

namespace Sluice.Micro;

/// <summary>TLS in memory, both ends of it: what a handshake costs, and a full record that is encrypted and decrypted.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "The process ends with the benchmark.")]
public class TlsBenchmarks
{
    private const int RecordSize = 16 * 1024;

    private readonly byte[] _content = new byte[RecordSize];
    private readonly TlsSigner _signer = new();
    private readonly TlsContext _context;
    private readonly SslContextHandle _client;
    private readonly Pair _shaken;

    public TlsBenchmarks()
    {
        _context = TlsWarmUp.MakeContext(_signer, tickets: null);
        _client = OpenSsl.SSL_CTX_new(OpenSsl.TLS_client_method());
        _shaken = new Pair();
        _shaken.ShakeHands(_context, _client);
    }

    /// <summary>TLS 1.3, P-256, with the signature by way of the provider.</summary>
    [Benchmark]
    public void Handshake()
    {
        Pair pair = new();
        pair.ShakeHands(_context, _client);
        pair.Close();
    }

    [Benchmark]
    public void Record16KiB() => _shaken.Send(_content);

    [Benchmark]
    public void Record1KiB() => _shaken.Send(_content.AsSpan(0, 1024));

    private sealed class Pair
    {
        private readonly TlsTransformer _server;
        private readonly TlsTransformer _client;
        private readonly byte[] _received = new byte[RecordSize];

        public Pair()
        {
            MemoryCiphertext near = new();
            MemoryCiphertext far = new() { Other = near };
            near.Other = far;
            (_server, _client) = (new TlsTransformer(near), new TlsTransformer(far));
        }

        public void ShakeHands(TlsContext context, SslContextHandle client)
        {
            _server.OpenServer(context.Handle);
            _client.OpenClient(client);
            _ = _client.Handshake();
            _ = _server.Handshake();
            _ = _client.Handshake();
            if (_server.Handshake() != TlsStep.Done)
            {
                throw new InvalidOperationException("The handshake does not come through.");
            }
        }

        public void Send(ReadOnlySpan<byte> content)
        {
            _ = _server.Write(content);
            if (_client.Read(_received, out int count) != TlsStep.Done || count != content.Length)
            {
                throw new InvalidOperationException("The record does not come through.");
            }
        }

        public void Close()
        {
            _server.Close();
            _client.Close();
        }
    }
}
