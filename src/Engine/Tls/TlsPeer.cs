using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls.Certificates;

namespace Sluice.Engine.Tls;

/// <summary>A server as its clients know it: what it is called, and the last session that it gave out, with which the next handshake is short.</summary>
/// <remarks>A session is kept by the <see cref="TlsConnector"/> that verified it, so none is resumed under stricter rules.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The finalizer of a session is early enough: it is memory, and little.")]
public sealed class TlsPeer
{
    private readonly SslContextHandle _context;
    private readonly byte[]? _name;
    private readonly bool _isVerified;
    private readonly WholeHandshakes _whole;
    private SslSessionHandle? _session;

    internal TlsPeer(SslContextHandle context, string? name, bool isVerified, WholeHandshakes whole)
    {
        _context = context;
        _whole = whole;
        // A dot at the end is not told (RFC 6066 3).
        _name = name is null ? null : Encoding.Latin1.GetBytes(name.TrimEnd('.') + '\0');
        _isVerified = isVerified;
    }

    private TlsPeer(TlsPeer other, string? name)
        : this(other._context, name, other._isVerified, other._whole)
    {
        _name ??= other._name;
    }

    /// <summary>What it has shown in the last handshake that succeeded, where all are whole; null where it has shown none, or some are short.</summary>
    public ServerCertificate? Certificate { get; private set; }

    /// <summary>The same server for one client more, who knows it by a name of its own.</summary>
    /// <param name="name">The name; null where the client knows none.</param>
    public TlsPeer For(string? name) => new(this, name);

    /// <summary>Shakes hands with it. The connection's deadline is the caller's and stays as it is.</summary>
    /// <param name="connection">Nothing of TLS was sent or received yet, and nothing waits to be sent. Where the outcome is that it failed, it says why.</param>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<TlsOutcome> ShakeHands(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.StartTls(this);
        while (true)
        {
            // Its last words leave with what is sent first, or when the connection is closed.
            TlsStep step = connection.ShakeHands();
            Wake wake = step switch
            {
                TlsStep.NeedInput => await connection.Readable(),
                TlsStep.NeedRoom => await connection.Flush(),
                _ => Wake.Ready,
            };
            if (step == TlsStep.Done)
            {
                return TlsOutcome.Established;
            }

            if (wake != Wake.Ready)
            {
                return wake == Wake.Expired ? TlsOutcome.Expired : TlsOutcome.Closed;
            }

            if (step is not (TlsStep.NeedInput or TlsStep.NeedRoom))
            {
                return step == TlsStep.Failed ? TlsOutcome.Failed : TlsOutcome.Closed;
            }
        }
    }

    /// <summary>Begins as its client.</summary>
    internal void Begin(TlsTransformer client) => client.OpenClient(_context, this);

    internal unsafe void Prepare(nint ssl)
    {
        fixed (byte* name = _name)
        {
            if (name is not null)
            {
                TlsLibrary.Check(
                    (int)OpenSsl.SSL_ctrl(ssl, OpenSsl.SSL_CTRL_SET_TLSEXT_HOSTNAME, OpenSsl.TLSEXT_NAMETYPE_host_name, name), "SSL_set_tlsext_host_name");
            }

            if (name is not null && _isVerified)
            {
                OpenSsl.SSL_set_hostflags(ssl, OpenSsl.X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
                TlsLibrary.Check(OpenSsl.SSL_set1_host(ssl, name), "SSL_set1_host");
            }
        }

        if (_session is not null && OpenSsl.SSL_set_session(ssl, _session) != 1)
        {
            OpenSsl.ERR_clear_error();
        }
    }

    /// <summary>Hands were shaken.</summary>
    internal void TakeCertificate(nint ssl) => Certificate = _whole == WholeHandshakes.All ? ServerCertificate.Read(ssl) : null;

    internal void Keep(nint session)
    {
        _session?.Dispose();
        _session = new SslSessionHandle(session);
    }
}
