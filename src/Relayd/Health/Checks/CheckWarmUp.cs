using System;
using System.Threading.Tasks;

using Sluice.Configuration;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Health.Checks;

/// <summary>
/// A whole check of this process by itself, before there is a sandbox. Checks are given fractions of a second, and their code is compiled when it runs first: without
/// this the first host of the first round was now and then found down.
/// </summary>
internal static class CheckWarmUp
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(1);

    /// <summary>Checks a server of its own on the loopback interface; where there is none, what can be done without is done.</summary>
    public static void Run()
    {
        using EventLoop loop = new(new SystemClock());
        using ListenSocket? socket = ListenSocket.Open(SocketAddress.FromIp([127, 0, 0, 1], 0), new ListenOptions(), out _);
        if (socket is null || ExchangePlan.Of(new HttpCheck(CheckTransport.Tcp, "/", Host: null, new StatusAnswer(200))) is not { } plan)
        {
            return;
        }

        SocketAddress address = socket.Address;
        Listener listener = new(loop, socket.Release(), Answer, new ListenerOptions());
        StreamCheck check = new(loop, tls: null);
        loop.Spawn(async () =>
        {
            _ = await check.Run(plan, address, new DialOptions(loop.Timeouts(_longest), 0));
            loop.Stop();
        });
        loop.Run();
        listener.Close();
    }

    private static async ValueTask Answer(Connection connection)
    {
        _ = await connection.Flush(Bytes.Of("HTTP/1.0 200 OK\r\n\r\n"));
        connection.Close();
    }
}
