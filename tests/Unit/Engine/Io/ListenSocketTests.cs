using System.Collections.Generic;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Unit.Fakes;

using Xunit;

using Net = System.Net.Sockets;

namespace Sluice.Unit.Engine.Io;

public sealed class ListenSocketTests
{
    [Fact]
    public void An_address_that_is_in_use_is_refused_also_to_the_same_user()
    {
        using ListenSocket first = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
        using ListenSocket? second = ListenSocket.Open(first.Address, new ListenOptions(), out ListenFailure failure);
        Assert.Null(second);
        Assert.Equal(new ListenFailure(Errno.AddressInUse, "bind"), failure);
    }

    [Fact]
    public void The_sockets_of_all_workers_share_a_port()
    {
        IReadOnlyList<ListenSocket> sockets = ListenSocket.Open(
            TcpPair.AnyPort, new ListenOptions(), 3, Neighbours.None, out _);
        Assert.Equal(3, sockets.Count);
        Assert.All(sockets, socket => Assert.Equal(sockets[0].Address, socket.Address));
        Assert.All(sockets, static socket => socket.Dispose());
    }

    [Fact]
    public void An_address_that_overlaps_with_one_of_ours_is_opened_when_we_say_so()
    {
        using ListenSocket all = ListenSocket.Open(SocketAddress.FromIp([0, 0, 0, 0], 0), new ListenOptions(), out _)!;
        SocketAddress one = TcpPair.AnyPort.WithPort(all.Address.Port);
        using ListenSocket? stranger = ListenSocket.Open(one, new ListenOptions(), out _);
        Assert.Null(stranger);
        IReadOnlyList<ListenSocket> ours = ListenSocket.Open(one, new ListenOptions(), 1, Neighbours.Ours, out _);
        _ = Assert.Single(ours);
        ours[0].Dispose();
    }

    [Fact]
    public void An_address_that_is_not_here_yet_is_opened_and_noticed()
    {
        using ListenSocket? socket = ListenSocket.Open(
            SocketAddress.FromIp([192, 0, 2, 77], 0), new ListenOptions(), out _);
        Assert.False(socket!.IsAddressHere);
    }

    [Fact]
    public void An_address_that_is_not_here_can_be_an_error()
    {
        SocketAddress elsewhere = SocketAddress.FromIp([192, 0, 2, 77], 0);
        using ListenSocket? socket = ListenSocket.Open(
            elsewhere, new ListenOptions { FreeBind = false }, out ListenFailure failure);
        Assert.Null(socket);
        Assert.Equal(Errno.AddressNotAvailable, failure.Error);
    }

    [Fact]
    public void Every_option_is_taken_on_both_families()
    {
        ListenOptions options = new()
        {
            Backlog = 5,
            DeferAccept = System.TimeSpan.FromSeconds(3),
            TimeToLive = 64,
            MinimumTimeToLive = 1,
            ReceiveBuffer = 65536,
            SendBuffer = 65536,
        };
        using ListenSocket? four = ListenSocket.Open(TcpPair.AnyPort, options, out ListenFailure ofFour);
        using ListenSocket? six = ListenSocket.Open(SocketAddress.FromIp(new byte[16], 0), options, out ListenFailure ofSix);
        Assert.Equal((Errno.None, Errno.None), (ofFour.Error, ofSix.Error));
    }

    [Fact]
    public void Every_option_is_that_of_the_socket()
    {
        ListenOptions options = new()
        {
            NoDelay = false,
            DeferAccept = System.TimeSpan.FromSeconds(3),
            TimeToLive = 33,
            MinimumTimeToLive = 2,
            ReceiveBuffer = 50_000,
            SendBuffer = 60_000,
        };
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, options, out _)!;
        using Net.SafeSocketHandle handle = new(socket.Descriptor, ownsHandle: false);
        using Net.Socket same = new(handle);

        // The kernel doubles the sizes of buffers (socket(7)), and counts the retransmissions that fit into a time (tcp(7)).
        Assert.Equal((33, 2, 100_000, 120_000), (Option(same, 0, 2), Option(same, 0, 21), Option(same, 1, 8), Option(same, 1, 7)));
        Assert.Equal((0, 1, 0), (Option(same, 6, 1), Option(same, 1, 15), Option(same, 1, 13)));
        Assert.InRange(Option(same, 6, 9), 1, 7);
    }

    /// <summary>H-SRV-10; of a listener, tcpi_sacked of TCP_INFO is the length of its queue (tcp(7)).</summary>
    [Fact]
    public void As_many_connections_wait_as_are_said()
    {
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions { Backlog = 7 }, out _)!;
        using Net.SafeSocketHandle handle = new(socket.Descriptor, ownsHandle: false);
        using Net.Socket same = new(handle);
        byte[] information = new byte[32];

        _ = same.GetRawSocketOption(6, 11, information);

        Assert.Equal(7, System.BitConverter.ToInt32(information, 28));
    }

    [Fact]
    public void Small_packets_leave_at_once_where_nothing_is_said()
    {
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
        using Net.SafeSocketHandle handle = new(socket.Descriptor, ownsHandle: false);
        using Net.Socket same = new(handle);
        Assert.Equal(1, Option(same, 6, 1));
    }

    [Fact]
    public void Both_families_listen_on_one_port()
    {
        using ListenSocket four = ListenSocket.Open(SocketAddress.FromIp(new byte[4], 0), new ListenOptions(), out _)!;
        SocketAddress any = SocketAddress.FromIp(new byte[16], four.Address.Port);
        using ListenSocket? six = ListenSocket.Open(any, new ListenOptions(), out ListenFailure failure);
        Assert.Equal(Errno.None, failure.Error);
    }

    /// <summary>getsockopt(2), by the numbers of Linux.</summary>
    private static int Option(Net.Socket socket, int level, int name)
    {
        System.Span<byte> value = stackalloc byte[sizeof(int)];
        _ = socket.GetRawSocketOption(level, name, value);
        return System.BitConverter.ToInt32(value);
    }
}
