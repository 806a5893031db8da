using System;

using Sluice.Engine.Native;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls.Signing;

namespace Sluice.Engine.Tls;

/// <summary>
/// A whole handshake in memory, so that whatever OpenSSL does once (load, seed, fetch) is done before a process enters its
/// sandbox. For the processes that speak TLS or sign.
/// </summary>
public static class TlsWarmUp
{
    private const int MostSteps = 10;

    /// <summary>Shakes hands with itself, by a certificate that lives as long as this call.</summary>
    public static void Run()
    {
        Preload.ResolveNativeCalls(typeof(OpenSsl));
        using TlsSigner signer = new();
        TicketKeys tickets = new(TimeSpan.FromMinutes(1));
        tickets.Replace([TicketKey.Make()]);
        using TlsContext context = MakeContext(signer, tickets);
        using SslContextHandle client = OpenSsl.SSL_CTX_new(OpenSsl.TLS_client_method());
        ShakeHands(client, context);
    }

    /// <summary>A context with a certificate of its own, P-256, whose key the signer has from then on.</summary>
    internal static TlsContext MakeContext(TlsSigner signer, TicketKeys? tickets)
    {
        TlsLibrary.Start();
        (byte[] certificate, byte[] key) = MakePair();
        _ = signer.TryAdd(0, key, out _);
        key.AsSpan().Clear();
        return TlsContext.Create(
            new TlsSettings { Certificate = certificate, Signer = signer, KeyId = 0, Listener = certificate, Tickets = tickets },
            out string error) ?? throw new InvalidOperationException($"TLS cannot be used: {error}");
    }

    private static void ShakeHands(SslContextHandle client, TlsContext context)
    {
        MemoryCiphertext near = new();
        MemoryCiphertext far = new() { Other = near };
        near.Other = far;
        TlsTransformer here = new(near);
        TlsTransformer there = new(far);
        here.OpenServer(context.Handle);
        there.OpenClient(client);
        for (int i = 0; i < MostSteps && !(here.IsEstablished && there.IsEstablished); i++)
        {
            TlsStep step = there.IsEstablished ? TlsStep.Done : there.Handshake();
            step = step == TlsStep.Failed || here.IsEstablished ? step : here.Handshake();
            if (step == TlsStep.Failed)
            {
                throw new InvalidOperationException($"TLS cannot be used: {here.Error.Describe()}");
            }
        }

        Span<byte> byteReceived = stackalloc byte[1];
        _ = there.Write("x"u8);
        _ = here.Read(byteReceived, out _);
        here.End();
        here.Close();
        there.Close();
    }

    // P-256, self-signed, PEM text.
    private static unsafe (byte[] Certificate, byte[] Key) MakePair()
    {
        using CertificateHandle certificate = OpenSsl.X509_new();
        using KeyHandle key = MakeKey();
        _ = OpenSsl.X509_gmtime_adj(OpenSsl.X509_getm_notBefore(certificate), 0);
        _ = OpenSsl.X509_gmtime_adj(OpenSsl.X509_getm_notAfter(certificate), 60);
        TlsLibrary.Check(OpenSsl.X509_set_pubkey(certificate, key), "X509_set_pubkey");
        TlsLibrary.Check(OpenSsl.X509_sign(certificate, key, OpenSsl.EVP_sha256()), "X509_sign");
        using BioHandle certificateText = new(OpenSsl.BIO_new(OpenSsl.BIO_s_mem()));
        using BioHandle keyText = new(OpenSsl.BIO_new(OpenSsl.BIO_s_mem()));
        TlsLibrary.Check(OpenSsl.PEM_write_bio_X509(certificateText, certificate), "PEM_write_bio_X509");
        TlsLibrary.Check(
            OpenSsl.PEM_write_bio_PrivateKey(keyText, key, 0, passphrase: null, 0, 0, 0), "PEM_write_bio_PrivateKey");
        return (Content(certificateText), Content(keyText));
    }

    /// <summary>A new key, P-256.</summary>
    internal static unsafe KeyHandle MakeKey()
    {
        fixed (byte* name = RemoteKey.NameOf(KeyKind.Ecdsa))
        fixed (byte* group = "P-256\0"u8)
        {
            using KeyContextHandle context = OpenSsl.EVP_PKEY_CTX_new_from_name(0, name, properties: null);
            nint key;
            TlsLibrary.Check(OpenSsl.EVP_PKEY_keygen_init(context), "EVP_PKEY_keygen_init");
            TlsLibrary.Check(OpenSsl.EVP_PKEY_CTX_set_group_name(context, group), "EVP_PKEY_CTX_set_group_name");
            TlsLibrary.Check(OpenSsl.EVP_PKEY_generate(context, &key), "EVP_PKEY_generate");
            return new KeyHandle(key);
        }
    }

    private static unsafe byte[] Content(BioHandle bio)
    {
        byte* content;
        nint length = OpenSsl.BIO_ctrl(bio, OpenSsl.BIO_CTRL_INFO, 0, &content);
        return new ReadOnlySpan<byte>(content, (int)length).ToArray();
    }
}
