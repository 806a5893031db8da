using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Engine.Native;
using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Certificates;

namespace Sluice.Unit.Fakes;

/// <summary>A client and a server of TLS in memory; the client is as a test wants it.</summary>
internal sealed class TlsPair : IDisposable
{
    private readonly SslContextHandle? _client;

    public TlsPair(TlsContext server, TestCertificate? clientCertificate = null)
        : this(server)
    {
        _client = NewClient(clientCertificate);
        Client.OpenClient(_client);
    }

    /// <summary>With our own client.</summary>
    public TlsPair(TlsContext server, TlsPeer peer)
        : this(server)
    {
        peer.Begin(Client);
    }

    private TlsPair(TlsContext server)
    {
        ServerEnd = new MemoryCiphertext();
        ClientEnd = new MemoryCiphertext { Other = ServerEnd };
        ServerEnd.Other = ClientEnd;
        Server = new TlsTransformer(ServerEnd);
        Client = new TlsTransformer(ClientEnd);
        Server.OpenServer(server.Handle);
    }

    public TlsTransformer Server { get; }

    public TlsTransformer Client { get; }

    public MemoryCiphertext ServerEnd { get; }

    public MemoryCiphertext ClientEnd { get; }

    public TlsFacts Facts => TlsFacts.Read(Server.Ssl);

    /// <summary>The client's context, for whoever needs one of its own.</summary>
    public static SslContextHandle NewClient(TestCertificate? certificate = null)
    {
        TlsLibrary.Start();
        SslContextHandle client = OpenSsl.SSL_CTX_new(OpenSsl.TLS_client_method());
        ClientLibrary.SSL_CTX_set_security_level(client, 0);
        if (certificate is not null)
        {
            List<CertificateHandle> chain = PemText.Certificates(certificate.Certificate, out _)!;
            using KeyHandle key = PemText.PrivateKey(certificate.Key, passphrase: default, out _)!;
            _ = OpenSsl.SSL_CTX_use_certificate(client, chain[0]);
            _ = OpenSsl.SSL_CTX_use_PrivateKey(client, key);
            _ = PemText.Dispose(chain);
        }

        return client;
    }

    /// <summary>The client speaks this version only.</summary>
    public TlsPair Version(int version)
    {
        _ = ClientLibrary.SSL_ctrl(Client.Ssl, OpenSsl.SSL_CTRL_SET_MIN_PROTO_VERSION, version, default);
        _ = ClientLibrary.SSL_ctrl(Client.Ssl, OpenSsl.SSL_CTRL_SET_MAX_PROTO_VERSION, version, default);
        return this;
    }

    /// <summary>The client names a host.</summary>
    public TlsPair Named(string name)
    {
        _ = ClientLibrary.SSL_ctrl(Client.Ssl, ClientLibrary.SetHostName, 0, Encoding.Latin1.GetBytes(name + '\0'));
        return this;
    }

    public TlsPair Speaking(params string[] protocols)
    {
        List<byte> list = [];
        foreach (string protocol in protocols)
        {
            list.Add((byte)protocol.Length);
            list.AddRange(Encoding.ASCII.GetBytes(protocol));
        }

        _ = ClientLibrary.SSL_set_alpn_protos(Client.Ssl, list.ToArray(), (uint)list.Count);
        return this;
    }

    public TlsPair Ciphers(string list)
    {
        _ = ClientLibrary.SSL_set_cipher_list(Client.Ssl, Encoding.ASCII.GetBytes(list + '\0'));
        return this;
    }

    public TlsPair Resuming(nint session)
    {
        _ = ClientLibrary.SSL_set_session(Client.Ssl, session);
        return this;
    }

    /// <summary>Shakes hands as far as it goes: what became of the server's part.</summary>
    public TlsStep ShakeHands()
    {
        const int Most = 20;
        TlsStep server = TlsStep.NeedInput;
        TlsStep client = TlsStep.NeedInput;
        for (int i = 0; i < Most && (server == TlsStep.NeedInput || client == TlsStep.NeedInput); i++)
        {
            client = client == TlsStep.NeedInput ? Client.Handshake() : client;
            server = server == TlsStep.NeedInput ? Server.Handshake() : server;
        }

        return server;
    }

    /// <summary>From now on the server receives what is put there, and not what the client sends.</summary>
    public MemoryCiphertext Divert()
    {
        MemoryCiphertext way = new();
        ServerEnd.Other = way;
        return way;
    }

    /// <summary>The session that the client could resume; hands were shaken.</summary>
    public nint Session()
    {
        _ = Client.Read(new byte[1], out _);
        return ClientLibrary.SSL_get1_session(Client.Ssl);
    }

    public void Dispose()
    {
        Server.Close();
        Client.Close();
        _client?.Dispose();
    }
}
