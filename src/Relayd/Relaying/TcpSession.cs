using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Relaying;

/// <summary>A session of a plain relay, from the client's connection to the end of both directions. Nothing may be idle longer than its timeout.</summary>
internal sealed class TcpSession : RelaySession
{
    private readonly Duplex _duplex;
    private bool _isConnecting;

    public TcpSession(SessionSet owner)
        : base(owner)
    {
        _duplex = new Duplex(this);
    }

    /// <inheritdoc/>
    public override SessionState State => _duplex.IsRunning ? SessionState.Running : SessionState.Done;

    /// <inheritdoc/>
    public override bool IsOver => _duplex.IsOver;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    public override async ValueTask Run(Connection client, ServedRelay relay)
    {
        Begin(client, relay);
        _isConnecting = true;
        try
        {
            if (relay is { TrustedProxies: null, Tls: null })
            {
                // What the client says is here with the host's connection, or later: the loop tells, where asking would mostly be too early.
                _ = client.TryRest();
            }

            bool isAdmitted = (relay.TrustedProxies is null || await IsIntroduced(relay.TrustedProxies))
                && (relay.Tls is null || await IsEncrypted(relay.Tls));

            // At once, also where the client has said nothing: the host may be the one to speak first.
            if (!isAdmitted || !TryChoose() || !await Host.Connect(client) || !await Host.Encrypt())
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
    protected override void OnExpired()
    {
        if (_isConnecting)
        {
            Close(Host.Late);
        }
        else
        {
            _duplex.Expire();
        }
    }

    private bool TryChoose()
    {
        string? table = null;
        if (Relay.Filter is { } filter)
        {
            Verdict verdict = filter.Judge(Client, filter.NeedsLocal ? ClientConnection!.Local : default);
            (TagId, table) = (verdict.TagId, verdict.Table);
            if (verdict.Action == RuleAction.Block)
            {
                Outcome = SessionEnd.Forbidden;
                return false;
            }
        }

        Outcome = SessionEnd.Failed;
        return Host.TryChoose(ClientConnection!, table, hashed: null);
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
