using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;

namespace Sluice.Unit.Fakes;

/// <summary>A server on the loopback interface that does what a test says with each connection.</summary>
internal sealed class AnsweringHost : IDisposable
{
    private readonly Listener _listener;

    public AnsweringHost(LoopRun run, Func<Connection, ValueTask> serve)
    {
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
        Address = socket.Address;
        _listener = new Listener(run.Loop, socket.Release(), serve, new ListenerOptions());
    }

    public SocketAddress Address { get; }

    public long Accepted => _listener.Accepted;

    /// <summary>Answers with a text once something has come, and closes.</summary>
    public static AnsweringHost Saying(LoopRun run, string answer) => new(run, async connection =>
    {
        if (await Hears(connection))
        {
            _ = await TcpPair.Send(connection, TestCertificate.Bytes(answer));
        }
    });

    /// <summary>The same over TLS, and says what it heard.</summary>
    public static AnsweringHost SayingSecurely(LoopRun run, TlsContext context, string answer, Action<string> heard) => new(run, async connection =>
    {
        Handshakes handshakes = new(run.Loop, 1);
        if (await handshakes.Accept(connection, context, run.Loop.Timeouts(TimeSpan.FromMinutes(1))) == TlsOutcome.Established
            && await Hears(connection))
        {
            heard(System.Text.Encoding.ASCII.GetString(connection.Input));
            _ = await TcpPair.Send(connection, TestCertificate.Bytes(answer));
        }
    });

    /// <summary>Says nothing and stays.</summary>
    public static AnsweringHost Silent(LoopRun run) => new(run, static async connection =>
    {
        while (await Hears(connection))
        {
            connection.Consume(connection.Input.Length);
        }
    });

    /// <summary>Waits until something has come, or nothing will come any more.</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public static async ValueTask<bool> Hears(Connection connection)
    {
        Fill fill;
        while ((fill = connection.TryFill()) == Fill.Again && await connection.Readable() == Wake.Ready)
        {
            // Not yet.
        }

        return fill == Fill.More;
    }

    public void Dispose()
    {
        if (!_listener.IsClosed)
        {
            _listener.Close();
        }
    }
}
