using System;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Io;

public sealed class ListenerTests
{
    private static readonly SocketAddress _anyPort = SocketAddress.FromIp([127, 0, 0, 1], 0);

    [Fact]
    public void A_session_answers_what_a_client_sends()
    {
        using LoopRun run = new();
        using ListenSocket socket = ListenSocket.Open(_anyPort, new ListenOptions(), out _)!;
        Listener listener = new(run.Loop, socket.Release(), Echo, new ListenerOptions());
        string answer = "";
        run.Run(async () =>
        {
            ConnectResult result = await Connector.Connect(
                run.Loop, socket.Address, run.Loop.Timeouts(TimeSpan.FromSeconds(1)));
            Connection client = result.Connection!;
            "hello"u8.CopyTo(client.Output(5));
            client.Commit(5);
            Assert.Equal(Wake.Ready, await client.Flush());
            Assert.Equal(Wake.Ready, await client.Readable());
            Assert.Equal(Fill.More, client.TryFill());
            answer = Encoding.ASCII.GetString(client.Input);
            client.Close();
            listener.Close();
        });
        Assert.Equal("hello", answer);
    }

    private static async ValueTask Echo(Connection connection)
    {
        while (true)
        {
            switch (connection.TryFill())
            {
                case Fill.More:
                    int count = connection.Input.Length;
                    connection.Input.CopyTo(connection.Output(count));
                    connection.Commit(count);
                    connection.Consume(count);
                    if (await connection.Flush() != Wake.Ready)
                    {
                        return;
                    }

                    break;
                case Fill.Again:
                    if (await connection.Readable() != Wake.Ready)
                    {
                        return;
                    }

                    break;
                default:
                    return;
            }
        }
    }
}
