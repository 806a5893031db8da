using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>How the servers prove who they are.</summary>
/// <param name="Authorities">Who may have issued their certificates: PEM text.</param>
/// <param name="RevocationLists">Which are not valid any more: PEM text with a list for each authority; empty to check none.</param>
public sealed record ServerVerification(ReadOnlyMemory<byte> Authorities, ReadOnlyMemory<byte> RevocationLists);

/// <summary>What becomes of a handshake with a server that does not prove who it is, though it should.</summary>
public enum UnprovenServer
{
    /// <summary>It fails.</summary>
    Refused,

    /// <summary>It succeeds, and <see cref="TlsPeer.Certificate"/> says that nothing is proved.</summary>
    Told,
}

/// <summary>Which handshakes with a server are whole.</summary>
public enum WholeHandshakes
{
    /// <summary>The first; the next ones go on with the session that it gave out.</summary>
    First,

    /// <summary>All, and <see cref="TlsPeer.Certificate"/> is what the server has shown in the last one.</summary>
    All,
}

/// <summary>Of what a <see cref="TlsConnector"/> is made. All of it is in memory: the process that uses it may open no file.</summary>
public sealed record TlsConnectorSettings
{
    /// <summary>Which versions may be spoken.</summary>
    public TlsProtocols Protocols { get; init; } = TlsProtocols.Tls12 | TlsProtocols.Tls13;

    /// <summary>Cipher suites of TLS 1.2 as ciphers(1) has them.</summary>
    public string Ciphers { get; init; } = "DEFAULT";

    /// <summary>Groups for the key exchange, best first, with colons between.</summary>
    public string Groups { get; init; } = TlsSettings.UsualGroups;

    /// <summary>How servers prove who they are; null where they need not: then nothing that must stay secret may go through it.</summary>
    public ServerVerification? Servers { get; init; }

    /// <summary>What becomes of servers that do not.</summary>
    public UnprovenServer Unproven { get; init; }

    /// <summary>Which handshakes are whole.</summary>
    public WholeHandshakes Whole { get; init; }
}

/// <summary>The client's side of TLS, for any number of connections to servers that are treated alike. Connections may outlive it.</summary>
public sealed class TlsConnector : IDisposable
{
    // 112 bits, SSL_CTX_set_security_level(3); keys of any length where nobody looks at them.
    private const int VerifyingLevel = 2;
    private const int LenientLevel = 0;

    private readonly SslContextHandle _context;
    private readonly bool _isVerifying;
    private readonly WholeHandshakes _whole;

    private TlsConnector(TlsConnectorSettings settings)
    {
        _isVerifying = settings.Servers is not null;
        _whole = settings.Whole;
        _context = OpenSsl.SSL_CTX_new(OpenSsl.TLS_client_method());
        TlsLibrary.Check(_context.IsInvalid ? 0 : 1, "SSL_CTX_new");
    }

    /// <summary>Makes one; before a sandbox is entered where it is the first, since OpenSSL reads files when it is used first.</summary>
    /// <param name="settings">What it is made of.</param>
    /// <param name="error">What is wrong with them, in words for the operator, where the result is null.</param>
    public static TlsConnector? Create(TlsConnectorSettings settings, out string error)
    {
        ArgumentNullException.ThrowIfNull(settings);
        TlsLibrary.Start();
#pragma warning disable CA2000 // Returned, or disposed where it cannot be made.
        TlsConnector connector = new(settings);
#pragma warning restore CA2000
        error = connector.Apply(settings);
        OpenSsl.ERR_clear_error();
        if (error.Length == 0)
        {
            return connector;
        }

        connector.Dispose();
        return null;
    }

    /// <summary>A server.</summary>
    /// <param name="name">The host name that it is told (RFC 6066 3); where certificates are verified, one of its has to be for it, with a wildcard for the first label at most
    /// (RFC 9525). Null where only its address is known: it is told nothing, and its certificate may have any name.</param>
    public TlsPeer For(string? name) => new(_context, name, _isVerifying, _whole);

    /// <summary>Makes no new connections; those that are there go on.</summary>
    public void Dispose() => _context.Dispose();

    // In words for the operator; empty where all is well.
    private unsafe string Apply(TlsConnectorSettings settings)
    {
        // Where one that proves nothing is told of, so is one whose key is too short.
        int level = _isVerifying && settings.Unproven == UnprovenServer.Refused ? VerifyingLevel : LenientLevel;
        int cache = _whole == WholeHandshakes.All ? OpenSsl.SSL_SESS_CACHE_OFF : OpenSsl.SSL_SESS_CACHE_CLIENT | OpenSsl.SSL_SESS_CACHE_NO_INTERNAL;
        ContextSetup.Begin(_context, settings.Protocols, level, cache);
        OpenSsl.SSL_CTX_sess_set_new_cb(_context, &KeepSession);
        string error = ContextSetup.Agree(_context, settings.Protocols, settings.Ciphers, without: "", settings.Groups);
        if (error.Length > 0 || settings.Servers is not { } servers)
        {
            return error;
        }

        // Without it the result is there all the same, SSL_CTX_set_verify(3).
        if (settings.Unproven == UnprovenServer.Refused)
        {
            OpenSsl.SSL_CTX_set_verify(_context, OpenSsl.SSL_VERIFY_PEER, 0);
        }

        return ContextSetup.Trust(_context, "server", servers.Authorities.Span, servers.RevocationLists.Span);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int KeepSession(nint ssl, nint session) => TlsBio.Transformer(OpenSsl.SSL_get_rbio(ssl)).KeepSession(session) ? 1 : 0;
}
