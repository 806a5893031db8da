using System;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Http.Codec;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Tls;

namespace Sluice.Relayd.Relaying;

/// <summary>A session of a plain relay, from the client's connection to the end of both directions. Nothing may be idle longer than its timeout.</summary>
internal sealed class TcpSession : RelaySession
{
    private readonly Duplex _duplex;
    private bool _isConnecting;

    // The hello of the client is awaited.
    private bool _awaitsHello;

    // The name that it asks for; made for the first session that is to know it, and kept.
    private byte[] _serverName = [];
    private int _serverNameLength;

    public TcpSession(SessionSet owner)
        : base(owner)
    {
        _duplex = new Duplex(this);
    }

    /// <inheritdoc/>
    public override SessionState State => _duplex.IsRunning ? SessionState.Running : SessionState.Done;

    /// <inheritdoc/>
    public override string Remarks => _serverNameLength == 0 ? "" : $" [sni: {Encoding.ASCII.GetString(ServerName)}]";

    private ReadOnlySpan<byte> ServerName => _serverName.AsSpan(0, _serverNameLength);

    /// <inheritdoc/>
    public override bool IsOver => _duplex.IsOver;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    public override async ValueTask Run(Connection client, ServedRelay relay)
    {
        Begin(client, relay);
        (_isConnecting, _awaitsHello, _serverNameLength) = (true, false, 0);
        try
        {
            if (relay is { TrustedProxies: null, Tls: null, HelloWithin: null })
            {
                // What the client says is here with the host's connection, or later: the loop tells, where asking would mostly be too early.
                _ = client.TryRest();
            }

            bool isAdmitted = (relay.TrustedProxies is null || await IsIntroduced(relay.TrustedProxies))
                && (relay.Tls is null || await IsEncrypted(relay.Tls))
                && (relay.HelloWithin is null || await HasSaidHello(client, relay.HelloWithin));

            // At once, also where the client has said nothing: the host may be the one to speak first.
            if (!isAdmitted || !(Host.IsFixed || (TryChoose() && await Host.Connect(client) && await Host.Encrypt())))
            {
                return;
            }

            Host.Worked();
            Moved();
            _isConnecting = false;
            await _duplex.Run(client, HostConnection!, relay.Pipes);
        }
        finally
        {
            Finish();
        }
    }

    /// <inheritdoc/>
    protected override void TooLate()
    {
        if (_isConnecting)
        {
            Close(_awaitsHello ? SessionEnd.HandshakeTimeout : Host.Late);
        }
        else
        {
            _duplex.Expire();
        }
    }

    /// <summary>Reads the name that the client asks for, and takes nothing off its input: whoever speaks something else, or ends, asks for none.</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<bool> HasSaidHello(Connection client, DeadlineQueue within)
    {
        _serverName = _serverName.Length == 0 ? new byte[HostName.Longest] : _serverName;
        _awaitsHello = true;
        Judge(SessionEnd.Failed, Error);
        Moved(within);
        while (client.Input.IsEmpty || ClientHello.Parse(client.Input, _serverName, out _serverNameLength) == ParseStatus.NeedMore)
        {
            Fill fill = client.TryFill();
            if (fill is Fill.End or Fill.Full)
            {
                break;
            }

            if (fill == Fill.Again && await client.Readable() != Wake.Ready)
            {
                // Whoever closed it has said why.
                return false;
            }

            if (fill == Fill.Failed)
            {
                Judge(SessionEnd.SocketError, client.Error);
                return false;
            }
        }

        _awaitsHello = false;
        Moved();
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryChoose()
    {
        string? table = null;
        if (Relay.Filter is { } filter)
        {
            Verdict verdict = filter.Judge(Client, filter.NeedsLocal ? ClientConnection!.Local : default, ServerName);
            (TagId, table) = (verdict.TagId, verdict.Table);
            if (verdict.Action == RuleAction.Block)
            {
                Outcome = SessionEnd.Forbidden;
                return false;
            }
        }

        Outcome = SessionEnd.Failed;
        return Host.TryChoose(table, hashed: null);
    }

    private void Finish()
    {
        Connection? client = ClientConnection;
        End();
        if (IsOver)
        {
            Host.Drop();
        }
        else
        {
            client?.Close();
            Host.Abandon();
        }
    }
}
