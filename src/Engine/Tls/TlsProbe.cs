using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Streams;

namespace Sluice.Engine.Tls;

/// <summary>
/// The client's side of TLS towards hosts that are only looked at: their certificates are not verified, and none of their names is sent. Nothing that
/// must stay secret may go through it.
/// </summary>
public sealed class TlsProbe : IDisposable
{
    // Keys of any length and signatures of any kind: what an old host has is not for us to judge.
    private const int SecurityLevel = 0;

    private readonly SslContextHandle _context;

    private TlsProbe(SslContextHandle context)
    {
        _context = context;
    }

    /// <summary>Makes one, for any number of connections; before a sandbox is entered, since OpenSSL reads files when it is used first.</summary>
    public static unsafe TlsProbe Create()
    {
        TlsLibrary.Start();
        SslContextHandle context = OpenSsl.SSL_CTX_new(OpenSsl.TLS_client_method());
        TlsLibrary.Check(context.IsInvalid ? 0 : 1, "SSL_CTX_new");
        OpenSsl.SSL_CTX_set_security_level(context, SecurityLevel);
        _ = OpenSsl.SSL_CTX_set_options(context, OpenSsl.SSL_OP_NO_RENEGOTIATION | OpenSsl.SSL_OP_NO_TICKET);
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SSL_CTRL_MODE, OpenSsl.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, pointer: null);
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SSL_CTRL_SET_READ_AHEAD, 1, pointer: null);
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SSL_CTRL_SET_SESS_CACHE_MODE, OpenSsl.SSL_SESS_CACHE_OFF, pointer: null);
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SSL_CTRL_SET_MIN_PROTO_VERSION, OpenSsl.TLS1_2_VERSION, pointer: null);
        OpenSsl.ERR_clear_error();
        return new TlsProbe(context);
    }

    /// <summary>Shakes hands with a host. The connection's deadline is the caller's and stays as it is.</summary>
    /// <param name="connection">Nothing was sent or received yet.</param>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<TlsOutcome> ShakeHands(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.StartTlsAsClient(_context);
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

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();
}
