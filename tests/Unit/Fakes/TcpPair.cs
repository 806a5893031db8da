using System;
using System.IO;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;

namespace Sluice.Unit.Fakes;

/// <summary>Two ends of one TCP connection on the loopback interface.</summary>
internal sealed record TcpPair(Connection Client, Connection Server)
{
    public static SocketAddress AnyPort { get; } = SocketAddress.FromIp([127, 0, 0, 1], 0);

    public static async ValueTask<TcpPair> Connect(LoopRun run, ListenOptions? options = null)
    {
        using ListenSocket socket = ListenSocket.Open(AnyPort, options ?? new ListenOptions(), out _)!;
        ConnectResult result = await Connector.Connect(
            run.Loop, socket.Address, run.Loop.Timeouts(TimeSpan.FromSeconds(1)));
        // The client is connected a moment before the server has it.
        int fd = -1;
        SocketAddress peer = default;
        await run.Until(() => Socket.Accept(socket.Descriptor, out fd, out peer) == Errno.None);
        Connection server = new(run.Loop);
        server.Open(fd, peer, listener: null);
        return new TcpPair(result.Connection!, server);
    }

    public static ValueTask<Wake> Send(Connection connection, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(connection.Output(bytes.Length));
        connection.Commit(bytes.Length);
        return connection.Flush();
    }

    /// <summary>Reads so many bytes, or fewer where the input ends.</summary>
    public static async ValueTask<byte[]> Receive(Connection connection, int count)
    {
        using MemoryStream received = new();
        while (received.Length < count)
        {
            Fill fill = connection.TryFill();
            received.Write(connection.Input);
            connection.Consume(connection.Input.Length);
            if (fill is Fill.End or Fill.Failed || (fill == Fill.Again && await connection.Readable() != Wake.Ready))
            {
                break;
            }
        }

        return received.ToArray();
    }

    public void Close()
    {
        Client.Close();
        Server.Close();
    }
}
