using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Io;

public sealed class ListenerTests : IDisposable
{
    private readonly LoopRun _run = new();

    [Fact]
    public void A_session_answers_what_a_client_sends()
    {
        Listener listener = Listen(new ListenerOptions(), out SocketAddress address);
        string answer = "";
        _run.Run(async () =>
        {
            answer = await Ask(address);
            listener.Close();
        });
        Assert.Equal("hello", answer);
    }

    [Fact]
    public void A_connection_is_closed_and_used_again_when_its_session_ends()
    {
        List<Connection> served = [];
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
        Listener listener = new(_run.Loop, socket.Release(), Record, new ListenerOptions());
        _run.Run(async () =>
        {
            _ = await Ask(socket.Address);
            _ = await Ask(socket.Address);
            listener.Close();
        });
        Assert.Same(served[0], served[1]);
        Assert.True(served[0].IsClosed);

        ValueTask Record(Connection connection)
        {
            served.Add(connection);
            return default;
        }
    }

    [Fact]
    public void A_session_that_fails_closes_its_connection_only()
    {
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
        Listener listener = new(_run.Loop, socket.Release(), Fail, new ListenerOptions());
        string answer = "unknown";
        _run.Run(async () =>
        {
            answer = await Ask(socket.Address);
            _run.Failures.Clear();
            listener.Close();
        });
        Assert.Equal((0, ""), (listener.Sessions, answer));

        static ValueTask Fail(Connection connection) => throw new InvalidOperationException("escaped");
    }

    [Fact]
    public void Only_the_allowed_number_is_accepted_in_a_turn()
    {
        Listener listener = Listen(new ListenerOptions { AcceptsPerTurn = 1 }, out SocketAddress address);
        List<long> accepted = [];
        _run.Loop.AtEndOfTurn(() => accepted.Add(listener.Accepted));
        _run.Run(async () =>
        {
            List<Connection> clients = [await Connect(address), await Connect(address), await Connect(address)];
            await _run.Pass(TimeSpan.Zero);
            await _run.Pass(TimeSpan.Zero);
            clients.ForEach(static client => client.Close());
            listener.Close();
        });
        Assert.Equal([1, 2, 3], accepted.Distinct().Where(static count => count > 0));
    }

    [Fact]
    public void That_accepting_goes_on_is_said_although_nobody_comes_any_more()
    {
        int owed = int.MaxValue / 2;
        (string said, string heard) = ("", "");
        ListenerOptions options = new() { AcceptsPerTurn = 1, OwedDescriptors = () => owed, Paused = _ => said += "paused ", Resumed = () => said += "resumed" };
        Listener listener = Listen(options, out SocketAddress address);
        _run.Run(async () =>
        {
            List<Connection> clients = await Connect(address, 2);
            await _run.Pass(TimeSpan.Zero);
            owed = 0;
            await _run.Pass(TimeSpan.FromSeconds(2));
            heard = said;
            clients.ForEach(static client => client.Close());
            listener.Close();
        });
        Assert.Equal("paused resumed", heard);
    }

    [Fact]
    public void Retiring_loses_no_connection_that_has_begun_or_comes_meanwhile()
    {
        IReadOnlyList<ListenSocket> sockets = ListenSocket.Open(
            TcpPair.AnyPort, new ListenOptions(), 2, Neighbours.None, out _);
        Listener retiring = new(_run.Loop, sockets[0].Release(), Echo.Serve, new ListenerOptions());
        Listener staying = new(_run.Loop, sockets[1].Release(), Echo.Serve, new ListenerOptions());
        int accepted = 0;
        Crowd crowd = new(_run.Loop, 120);
        _run.Run(async () =>
        {
            List<Connection> before = await Connect(sockets[0].Address, 40);
            retiring.Retire();
            crowd.Start(() => Ask(sockets[0].Address), 40);
            await _run.Pass(TimeSpan.FromSeconds(2));
            accepted = (int)retiring.Accepted;
            before.ForEach(client => crowd.Start(() => Ask(client), 1));
            crowd.Start(() => Ask(sockets[0].Address), 40);
            await crowd.Finished();
            staying.Close();
        });
        Assert.True(retiring.IsClosed);
        Assert.Equal((120, 120 - accepted), (crowd.Answered, (int)staying.Accepted));
    }

    [Fact]
    public void Connecting_to_nobody_is_a_value()
    {
        ConnectResult result = default;
        _run.Run(async () =>
        {
            Listener listener = Listen(new ListenerOptions(), out SocketAddress address);
            listener.Close();
            result = await Connector.Connect(_run.Loop, address, _run.Loop.Timeouts(TimeSpan.FromSeconds(1)));
        });
        Assert.Equal(new ConnectResult(Connection: null, Errno.ConnectionRefused), result);
    }

    // A retired listener drops every SYN: as silent a peer as there is.
    [Fact]
    public void Connecting_ends_at_the_deadline()
    {
        Listener listener = Listen(new ListenerOptions(), out SocketAddress address);
        ConnectResult result = default;
        _run.Run(async () =>
        {
            listener.Retire();
            _run.Loop.Spawn(async () =>
                result = await Connector.Connect(_run.Loop, address, _run.Loop.Timeouts(TimeSpan.FromSeconds(0.5))));
            await _run.Pass(TimeSpan.FromSeconds(0.5));
            listener.Close();
        });
        Assert.Equal(new ConnectResult(Connection: null, Errno.TimedOut), result);
    }

    public void Dispose() => _run.Dispose();

    private static async ValueTask<string> Ask(Connection client)
    {
        _ = await TcpPair.Send(client, "hello"u8);
        byte[] answer = await TcpPair.Receive(client, 5);
        client.Close();
        return System.Text.Encoding.ASCII.GetString(answer);
    }

    private Listener Listen(ListenerOptions options, out SocketAddress address)
    {
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
        address = socket.Address;
        return new Listener(_run.Loop, socket.Release(), Echo.Serve, options);
    }

    private async ValueTask<Connection> Connect(SocketAddress address) =>
        (await Connector.Connect(_run.Loop, address, _run.Loop.Timeouts(TimeSpan.FromMinutes(1)))).Connection!;

    private async ValueTask<List<Connection>> Connect(SocketAddress address, int count)
    {
        List<Connection> connections = [];
        while (connections.Count < count)
        {
            connections.Add(await Connect(address));
        }

        return connections;
    }

    private async ValueTask<string> Ask(SocketAddress address) => await Ask(await Connect(address));

    /// <summary>Many clients at once.</summary>
    private sealed class Crowd(EventLoop loop, int size)
    {
        private readonly Waiter _all = new();
        private int _finished;

        /// <summary>Those who heard their own word again.</summary>
        public int Answered { get; private set; }

        public void Start(Func<ValueTask<string>> ask, int count)
        {
            for (int i = 0; i < count; i++)
            {
                loop.Spawn(() => Count(ask));
            }
        }

        /// <summary>Waits until all of them are through.</summary>
        public async ValueTask Finished() => _ = await _all.Wait();

        private async ValueTask Count(Func<ValueTask<string>> ask)
        {
            // Awaited first: a compound assignment would read the count before the wait.
            bool isAnswered = await ask() == "hello";
            Answered += isAnswered ? 1 : 0;
            if (++_finished == size)
            {
                _all.Complete(Wake.Ready);
            }
        }
    }
}
