using System;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Unit.Fakes;

using Xunit;

using Net = System.Net.Sockets;

namespace Sluice.Unit.Engine.Io;

public sealed class ConnectorTests : IDisposable
{
    private readonly LoopRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void It_connects_from_the_address_that_was_asked_for()
    {
        SocketAddress from = SocketAddress.FromIp([127, 0, 0, 7], 0);
        SocketAddress peer = default;
        _run.Run(async () =>
        {
            using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
            ConnectOptions options = new()
            {
                Source = from,
                NoDelay = false,
                KeepAlive = true,
                TimeToLive = 9,
                MinimumTimeToLive = 2,
                ReceiveBuffer = 65536,
                SendBuffer = 65536,
            };
            Connection connection = await Open(socket.Address, options);
            Assert.Equal(Errno.None, Socket.Accept(socket.Descriptor, out int fd, out peer));
            Connection accepted = new(_run.Loop);
            accepted.Open(fd, peer, listener: null);
            accepted.Close();
            Connector.Release(connection);
        });

        Assert.Equal(from, peer.WithPort(0));
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 2)]
    public void Whoever_speaks_first_has_no_packet_of_its_own_for_the_end_of_the_handshake(bool speaksFirst, int packets)
    {
        _run.Run(async () =>
        {
            using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
            Connection connection = await Open(socket.Address, new ConnectOptions { SpeaksFirst = speaksFirst });
            Assert.Equal(Wake.Ready, await connection.Flush("a"u8.ToArray()));

            Assert.Equal(packets, PacketsSent(connection.Fd));
            connection.Close();
        });
    }

    [Fact]
    public void What_was_released_is_used_again()
    {
        _run.Run(async () =>
        {
            using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
            Connection first = await Open(socket.Address, ConnectOptions.Default);
            Connector.Release(first);

            Assert.Same(first, await Open(socket.Address, ConnectOptions.Default));
            first.Close();
        });
    }

    [Fact]
    public void A_refusal_is_told()
    {
        _run.Run(async () =>
        {
            SocketAddress address;
            using (ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!)
            {
                address = socket.Address;
            }

            ConnectResult result = await Connector.Connect(_run.Loop, address, _run.Loop.Timeouts(TimeSpan.FromMinutes(1)));

            Assert.Equal((null, Errno.ConnectionRefused), (result.Connection, result.Error));
        });
    }

    [Fact]
    public void An_address_that_is_not_ours_fails_at_once_and_leaves_nothing_behind()
    {
        ConnectOptions options = new() { Source = SocketAddress.FromIp([192, 0, 2, 1], 0) };

        Assert.Equal(Errno.AddressNotAvailable, Connector.Begin(_run.Loop, TcpPair.AnyPort.WithPort(9), options, out Connection? connection));
        Assert.Null(connection);
    }

    [Fact]
    public void Whoever_asked_hears_of_a_reset_behind_the_end_of_the_input_but_not_of_that_end()
    {
        int told = 0;
        _run.Run(async () =>
        {
            TcpPair pair = await TcpPair.Connect(_run);
            pair.Server.TellOfBreak(() => told++);
            pair.Client.ShutdownOutput();
            await _run.Pass(TimeSpan.FromSeconds(1));
            Assert.Equal(0, told);
            pair.Client.Abort();
            await _run.Pass(TimeSpan.FromSeconds(1));
            Assert.Equal(1, told);
            pair.Close();
        });
    }

    [Fact]
    public void A_failed_connection_says_why()
    {
        _run.Run(async () =>
        {
            TcpPair pair = await TcpPair.Connect(_run);
            pair.Client.Abort();
            _ = await TcpPair.Receive(pair.Server, 1);
            Assert.Equal(Errno.ConnectionReset, pair.Server.Error);
            pair.Close();
            Assert.Equal(Errno.None, pair.Server.Error);
        });
    }

    /// <summary>tcpi_segs_out of TCP_INFO (tcp(7)).</summary>
    private static int PacketsSent(int descriptor)
    {
        using Net.SafeSocketHandle handle = new(descriptor, ownsHandle: false);
        using Net.Socket same = new(handle);
        byte[] information = new byte[140];
        _ = same.GetRawSocketOption(6, 11, information);
        return BitConverter.ToInt32(information, 136);
    }

    private async ValueTask<Connection> Open(SocketAddress address, ConnectOptions options)
    {
        Errno error = Connector.Begin(_run.Loop, address, options, out Connection? connection);
        Assert.True(error is Errno.None or Errno.InProgress, error.ToString());
        Assert.Equal(Wake.Ready, await connection!.Connected());
        Assert.Equal(Errno.None, connection.ConnectError);
        return connection;
    }
}
