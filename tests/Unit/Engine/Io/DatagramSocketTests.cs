using System;
using System.Collections.Generic;
using System.Net;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Unit.Fakes;

using Xunit;

using AddressFamily = System.Net.Sockets.AddressFamily;
using ProtocolType = System.Net.Sockets.ProtocolType;
using Socket = System.Net.Sockets.Socket;
using SocketAddress = Sluice.Engine.Io.SocketAddress;
using SocketType = System.Net.Sockets.SocketType;

namespace Sluice.Unit.Engine.Io;

public sealed class DatagramSocketTests : IDisposable
{
    private static readonly ListenOptions _datagrams = new() { Kind = ListenKind.Datagram };

    private readonly LoopRun _run = new();
    private readonly DatagramBatch _batch = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", false)]
    [InlineData("0.0.0.0", "127.0.0.9", true)]
    [InlineData("::1", "::1", false)]
    [InlineData("::", "::1", true)]
    public void A_batch_comes_and_is_sent_back_from_where_it_was_sent_to(string bound, string asked, bool isTold) => _run.Run(async () =>
    {
        using ListenSocket listener = Open(bound);
        DatagramSocket server = DatagramSocket.Adopt(_run.Loop, listener.Release());
        using Socket client = new(IPAddress.Parse(asked).AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(IPAddress.Parse(asked), server.Address.Port);
        _ = client.Send("one"u8);
        _ = client.Send("two!"u8);

        Assert.Equal(Wake.Ready, await server.Readable());
        Assert.Equal(Errno.None, server.TryReceive(_batch));

        Assert.Equal(2, _batch.Count);
        Assert.Equal(isTold ? Address(asked, 0) : default, _batch.Destination(1));
        Assert.Equal(((IPEndPoint)client.LocalEndPoint!).Port, _batch.Source(0).Port);
        Assert.False(server.MayReceive);

        _batch.Clear();
        _batch[1][0] = (byte)'T';
        _batch.Add(1, _batch.Source(1), _batch.Destination(1));
        Assert.Equal(Errno.None, server.TrySend(_batch));
        Assert.Equal((1, 0), (_batch.Done, _batch.Unsent));
        byte[] answer = new byte[10];
        Assert.Equal("Two!"u8, answer.AsSpan(0, client.Receive(answer)));
        server.Close();
    });

    [Fact]
    public void A_connected_socket_hears_its_host_alone() => _run.Run(async () =>
    {
        using Socket host = Bound();
        using Socket stranger = Bound();
        Assert.Equal(Errno.None, DatagramSocket.Connect(_run.Loop, Address("127.0.0.1", PortOf(host)), ConnectOptions.Default, out DatagramSocket? socket));
        IPEndPoint ours = new(IPAddress.Loopback, socket!.Address.Port);

        _ = stranger.SendTo("stranger"u8, ours);
        _ = host.SendTo("host"u8, ours);
        Assert.Equal(Wake.Ready, await socket.Readable());
        Assert.Equal(Errno.None, socket.TryReceive(_batch));

        Assert.Equal(1, _batch.Count);
        Assert.Equal("host"u8, _batch[0]);
        Assert.Equal(Errno.WouldBlock, socket.TryReceive(_batch));
        socket.Close();
        Assert.Equal(Wake.Closed, await socket.Readable());
    });

    [Fact]
    public void It_learns_that_nobody_is_there_and_sends_on() => _run.Run(async () =>
    {
        using Socket gone = Bound();
        SocketAddress address = Address("127.0.0.1", PortOf(gone));
        gone.Dispose();
        Assert.Equal(Errno.None, DatagramSocket.Connect(_run.Loop, address, ConnectOptions.Default, out DatagramSocket? socket));

        Assert.Equal(Errno.None, socket!.TrySend("query"u8));
        Assert.Equal(Wake.Ready, await socket.Readable());

        Assert.Equal(Errno.ConnectionRefused, socket.TryReceive(_batch));
        Assert.Equal(Errno.None, socket.TrySend("another"u8));
        socket.Close();
    });

    [Fact]
    public void An_address_is_one_for_connections_and_one_for_datagrams_and_each_is_ours_alone()
    {
        using ListenSocket stream = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
        using ListenSocket? datagrams = ListenSocket.Open(stream.Address, _datagrams, out _);
        using ListenSocket? another = ListenSocket.Open(stream.Address, _datagrams, out ListenFailure failure);

        Assert.NotNull(datagrams);
        Assert.Null(another);
        Assert.Equal(new ListenFailure(Errno.AddressInUse, "bind"), failure);
        Assert.Equal(ListenKind.Datagram, datagrams.Kind);
    }

    [Fact]
    public void The_sockets_of_all_workers_share_an_address()
    {
        IReadOnlyList<ListenSocket> sockets = ListenSocket.Open(TcpPair.AnyPort, _datagrams, 2, Neighbours.None, out _);

        Assert.Equal(2, sockets.Count);
        Assert.Equal(sockets[0].Address, sockets[1].Address);
        Assert.All(sockets, static socket => socket.Dispose());
    }

    private static ListenSocket Open(string address) => ListenSocket.Open(Address(address, 0), _datagrams, out _)!;

    private static SocketAddress Address(string ip, int port) => SocketAddress.FromIp(IPAddress.Parse(ip).GetAddressBytes(), port);

    private static Socket Bound()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
