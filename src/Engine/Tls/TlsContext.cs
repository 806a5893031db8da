using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Engine.Native;
using Sluice.Engine.Tls.Certificates;
using Sluice.Engine.Tls.Signing;

namespace Sluice.Engine.Tls;

/// <summary>
/// Who a server is towards its clients, and what it speaks with them: a certificate with everything around it. Made once, used by
/// any number of connections, which may outlive it.
/// </summary>
public sealed class TlsContext : IDisposable
{
    // 112 bits, ssl(7) SSL_CTX_set_security_level: no RSA below 2048 bits, no SHA-1 in signatures.
    private const int SecurityLevel = 2;

    private readonly byte[] _scope;
    private readonly ServerNames _servers = new();

    private TlsContext(TlsSettings settings, IReadOnlyList<string> names)
    {
        Names = names;
        Tickets = settings.Tickets;
        OcspResponse = settings.OcspResponse;
        Hello = settings.Hello;
        ApplicationProtocols = [.. settings.ApplicationProtocols.Select(Encoding.ASCII.GetBytes)];
        _scope = SessionScope.Of(settings);
        _servers.Add(this);
        Handle = OpenSsl.SSL_CTX_new(OpenSsl.TLS_server_method());
        TlsLibrary.Check(Handle.IsInvalid ? 0 : 1, "SSL_CTX_new");
    }

    /// <summary>The hosts that its certificate is for, in lower case.</summary>
    public IReadOnlyList<string> Names { get; }

    internal SslContextHandle Handle { get; }

    internal HelloAnswer Hello { get; }

    internal TicketKeys? Tickets { get; }

    internal ReadOnlyMemory<byte> OcspResponse { get; }

    internal byte[][] ApplicationProtocols { get; }

    /// <summary>Makes a context.</summary>
    /// <param name="settings">What it is made of.</param>
    /// <param name="error">What is wrong with them, in words for the operator, where the result is null.</param>
    public static TlsContext? Create(TlsSettings settings, out string error)
    {
        ArgumentNullException.ThrowIfNull(settings);
        error = "";
        using CertificateChain? chain = settings.Certificate.IsEmpty ? null : CertificateChain.Read(settings.Certificate.Span, out error);
        if (error.Length > 0)
        {
            return null;
        }

        TlsLibrary.Start();
#pragma warning disable CA2000 // Returned, or disposed where it cannot be made.
        TlsContext context = new(settings, chain?.Names ?? []);
#pragma warning restore CA2000
        error = context.Apply(settings, chain);
        OpenSsl.ERR_clear_error();
        if (error.Length == 0)
        {
            return context;
        }

        context.Dispose();
        return null;
    }

    /// <summary>
    /// Another certificate for the same listener: it answers clients that name one of its hosts, where none before has that
    /// name. Clients that name no known host get this one.
    /// </summary>
    /// <exception cref="ArgumentException">It is for another listener, or verifies clients otherwise.</exception>
    public void Add(TlsContext other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!other._scope.AsSpan().SequenceEqual(_scope))
        {
            throw new ArgumentException("clients would be verified otherwise than by the first", nameof(other));
        }

        _servers.Add(other);
    }

    /// <summary>Makes no new connections; those that are there go on.</summary>
    public void Dispose() => Handle.Dispose();

    internal TlsContext? Find(ReadOnlySpan<byte> serverName) => _servers.Find(serverName);

    // In words for the operator; empty where all is well.
    private unsafe string Apply(TlsSettings settings, CertificateChain? chain)
    {
        SetOptions(settings);
        TlsCallbacks.Register(this);
        fixed (byte* scope = _scope)
        {
            TlsLibrary.Check(OpenSsl.SSL_CTX_set_session_id_context(Handle, scope, (uint)_scope.Length), "SSL_CTX_set_session_id_context");
        }

        string error = ContextSetup.Agree(Handle, settings.Protocols, settings.Ciphers, ":!kRSA", settings.Groups);
        error = error.Length > 0 || chain is null ? error : SetCertificate(settings, chain);
        return error.Length > 0 || settings.Clients is null ? error : Verify(settings.Clients);
    }

    private unsafe void SetOptions(TlsSettings settings)
    {
        bool hasTickets = settings.Tickets is not null;
        ContextSetup.Begin(Handle, settings.Protocols, SecurityLevel, OpenSsl.SSL_SESS_CACHE_OFF);
        _ = OpenSsl.SSL_CTX_set_options(Handle, (settings.CipherOrder == CipherOrder.Own ? OpenSsl.SSL_OP_CIPHER_SERVER_PREFERENCE : 0)
            | (settings.ReadText == ReadText.Erased ? OpenSsl.SSL_OP_CLEANSE_PLAINTEXT : 0)
            | (hasTickets ? 0 : OpenSsl.SSL_OP_NO_TICKET));
        if (settings.Dhe == DhParameters.Automatic)
        {
            _ = OpenSsl.SSL_CTX_ctrl(Handle, OpenSsl.SSL_CTRL_SET_DH_AUTO, 1, pointer: null);
        }

        // Without tickets none in TLS 1.3 either: they would turn the close of a client that reads nothing into a reset.
        TlsLibrary.Check(OpenSsl.SSL_CTX_set_num_tickets(Handle, hasTickets ? 1u : 0), "SSL_CTX_set_num_tickets");
        if (hasTickets)
        {
            _ = OpenSsl.SSL_CTX_set_timeout(Handle, (nint)settings.Tickets!.Lifetime.TotalSeconds);
        }
    }

    private unsafe string SetCertificate(TlsSettings settings, CertificateChain chain)
    {
        using KeyHandle? key = SigningProvider.MakeKey(OpenSsl.X509_get0_pubkey(chain.Leaf), settings.Signer, settings.KeyId);
        if (key is null)
        {
            return "the certificate's key is none of RSA, ECDSA and Ed25519";
        }

        if (OpenSsl.SSL_CTX_use_certificate(Handle, chain.Leaf) != 1 || OpenSsl.SSL_CTX_use_PrivateKey(Handle, key) != 1)
        {
            return $"the certificate cannot be used: {TlsError.Take().Describe()}";
        }

        foreach (CertificateHandle above in chain.All.Skip(1))
        {
            bool isHeld = false;
            above.DangerousAddRef(ref isHeld);
            nint added = OpenSsl.SSL_CTX_ctrl(Handle, OpenSsl.SSL_CTRL_CHAIN_CERT, 1, (void*)above.DangerousGetHandle());
            above.DangerousRelease();
            if (added != 1)
            {
                return $"a certificate of the chain cannot be used: {TlsError.Take().Describe()}";
            }
        }

        return "";
    }

    private string Verify(ClientVerification clients)
    {
        string error = ContextSetup.Trust(
            Handle,
            "client",
            clients.Authorities.Span,
            clients.RevocationLists.Span,
            authority => TlsLibrary.Check(OpenSsl.SSL_CTX_add_client_CA(Handle, authority), "SSL_CTX_add_client_CA"));
        int demand = clients.Demand == CertificateDemand.Required ? OpenSsl.SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
        OpenSsl.SSL_CTX_set_verify(Handle, OpenSsl.SSL_VERIFY_PEER | demand, 0);
        return error;
    }
}
