using System;

using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Signing;

using Xunit;

namespace Sluice.Unit.Fakes;

/// <summary>Contexts of servers for tests, whose keys are in this process.</summary>
internal sealed class TestServer : IDisposable
{
    private readonly TlsSigner _signer = new();
    private uint _keys;

    public TlsSettings Settings(TestCertificate certificate)
    {
        Assert.True(_signer.TryAdd(++_keys, certificate.Key, out string error), error);
        return new TlsSettings
        {
            Certificate = certificate.Certificate,
            Signer = _signer,
            KeyId = _keys,
            Listener = "127.0.0.1:443"u8.ToArray(),
        };
    }

    public TlsContext Context(TestCertificate certificate) => Context(Settings(certificate));

    public static TlsContext Context(TlsSettings settings)
    {
        TlsContext? context = TlsContext.Create(settings, out string error);
        Assert.True(context is not null, error);
        return context;
    }

    public void Dispose() => _signer.Dispose();
}
