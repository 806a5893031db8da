using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;

namespace Sluice.Engine.Tls;

/// <summary>What became of a handshake.</summary>
public enum TlsOutcome
{
    /// <summary>The connection is encrypted, and used as any other.</summary>
    Established,

    /// <summary>The client has said what it wants, and waits for an answer: <see cref="Handshakes.Answer"/>.</summary>
    Heard,

    /// <summary>The client and this end could not agree, or it broke the protocol: <see cref="Connection.TlsError"/>. To be closed.</summary>
    Failed,

    /// <summary>It took too long. To be closed.</summary>
    Expired,

    /// <summary>The client is gone. To be closed.</summary>
    Closed,
}

/// <summary>
/// The handshakes of a process. A signature takes as long as twenty requests, so in each turn of the loop few of them go
/// on, in the order of their coming, and a flood of new clients does not keep waiting those who are here.
/// </summary>
/// <param name="loop">The loop of the process.</param>
/// <param name="perTurn">How many steps of handshakes are taken in one turn; 1 to 4.</param>
public sealed class Handshakes(EventLoop loop, int perTurn)
{
    private readonly Queue<(Connection Connection, uint Generation)> _waiting = new();
    private int _taken;
    private bool _isPumping;

    /// <summary>How many wait for their turn.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Shakes hands with a client that connected. Its first bytes may have been received already. Where the context lets a client's first words wait,
    /// they are <see cref="TlsOutcome.Heard"/> then, and <see cref="Answer"/> goes on.</summary>
    /// <param name="connection">Nothing was sent to it yet.</param>
    /// <param name="context">Who this server is.</param>
    /// <param name="within">Bounds the time; afterwards the connection has no deadline.</param>
    public ValueTask<TlsOutcome> Accept(Connection connection, TlsContext context, DeadlineQueue within)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(context);
        connection.ExpireIn(within);
        connection.StartTls(context);
        return ShakeHands(connection, TlsStep.NeedInput);
    }

    /// <summary>Which host a client has named that was heard, in the form of <see cref="HostName"/>; null where it named none.</summary>
    public static string? NamedHost(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.Transformer?.NamedHost;
    }

    /// <summary>Goes on with a client that was heard.</summary>
    /// <param name="connection">Its connection.</param>
    /// <param name="context">Who this server is; nothing but its certificate is another than in the context that heard.</param>
    /// <param name="within">Bounds the time; afterwards the connection has no deadline.</param>
    public ValueTask<TlsOutcome> Answer(Connection connection, TlsContext context, DeadlineQueue within)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(context);
        if (connection.Transformer is not { } transformer)
        {
            return new(TlsOutcome.Closed);
        }

        connection.ExpireIn(within);
        transformer.Choose(context.Handle);
        return ShakeHands(connection, TlsStep.Heard);
    }

    /// <summary>Tells a client that was heard that nobody can answer it (internal_error, RFC 8446 6.2), as far as its system takes that at once. To be closed.</summary>
    public static void Refuse(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (!connection.IsClosed && connection.Transformer is { } transformer)
        {
            transformer.Refuse();
            _ = connection.ShakeHands();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TlsOutcome> ShakeHands(Connection connection, TlsStep former)
    {
        while (true)
        {
            // What was heard is not said again.
            Wake wake = former == TlsStep.Heard ? Wake.Ready : await connection.Readable();
            if (wake == Wake.Ready)
            {
                wake = await Turn(connection);
            }

            TlsStep step = wake == Wake.Ready ? Continue(connection) : TlsStep.Ended;
            former = step;
            if (step is TlsStep.Done or TlsStep.Heard)
            {
                connection.NeverExpire();
                return step == TlsStep.Done ? TlsOutcome.Established : TlsOutcome.Heard;
            }

            if (step == TlsStep.NeedRoom)
            {
                wake = await connection.Flush();
            }

            if (wake != Wake.Ready)
            {
                return wake == Wake.Expired ? TlsOutcome.Expired : TlsOutcome.Closed;
            }

            if (step is not (TlsStep.NeedInput or TlsStep.NeedRoom))
            {
                return step == TlsStep.Failed && connection.TlsError != default ? TlsOutcome.Failed : TlsOutcome.Closed;
            }
        }
    }

    private InputWait Turn(Connection connection)
    {
        if (_taken < perTurn && _waiting.Count == 0)
        {
            return new(Wake.Ready);
        }

        _waiting.Enqueue((connection, connection.Generation));
        return connection.AwaitTurn();
    }

    private TlsStep Continue(Connection connection)
    {
        _taken++;
        if (!_isPumping)
        {
            _isPumping = true;
            loop.Spawn(Pump);
        }

        return connection.ShakeHands();
    }

    // Runs while steps are taken: counts anew in each turn, and lets those go on who wait.
    private async ValueTask Pump()
    {
        while (_taken > 0)
        {
            await loop.NextTurn();
            _taken = 0;
            while (_taken < perTurn && _waiting.TryDequeue(out (Connection Connection, uint Generation) next))
            {
                next.Connection.GrantTurn(next.Generation);
            }
        }

        _isPumping = false;
    }
}
