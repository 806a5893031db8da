using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Streams;

namespace Sluice.Engine.Io;

/// <summary>What became of an attempt to connect.</summary>
/// <param name="Connection">The connection, which the caller closes; null where there is none.</param>
/// <param name="Error">Why there is none; <see cref="Errno.TimedOut"/> also when the deadline passed.</param>
public readonly record struct ConnectResult(Connection? Connection, Errno Error);

/// <summary>Makes outgoing connections, to IP addresses and unix sockets.</summary>
public static class Connector
{
    /// <summary>Connects.</summary>
    /// <param name="loop">The loop the connection lives on.</param>
    /// <param name="address">Where to.</param>
    /// <param name="within">Bounds the time.</param>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public static async ValueTask<ConnectResult> Connect(EventLoop loop, SocketAddress address, DeadlineQueue within)
    {
        Errno error = Begin(loop, address, ConnectOptions.Default, out Connection? connection);
        if (error == Errno.InProgress)
        {
            connection!.ExpireIn(within);
            error = await connection.Connected() == Wake.Ready ? connection.ConnectError : Errno.TimedOut;
            connection.NeverExpire();
        }

        if (error == Errno.None)
        {
            return new ConnectResult(connection, Errno.None);
        }

        Release(connection);
        return new ConnectResult(Connection: null, error);
    }

    /// <summary>Begins to connect, and says what is known at once. Allocates nothing as long as enough connections were given back with <see cref="Release"/>.</summary>
    /// <param name="loop">The loop the connection lives on.</param>
    /// <param name="address">Where to.</param>
    /// <param name="options">What it is like.</param>
    /// <param name="connection">The connection, which the caller closes or releases; null where there is none.</param>
    /// <returns><see cref="Errno.None"/> when it is connected; <see cref="Errno.InProgress"/> when <see cref="Connection.Connected"/> is to be awaited;
    /// anything else says why it cannot be.</returns>
    public static Errno Begin(EventLoop loop, in SocketAddress address, ConnectOptions options, out Connection? connection)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(options);
        connection = null;
        Errno error = Socket.Open(address.Family, out int fd);
        return error == Errno.None ? BeginFrom(loop, fd, options.Source, address, options, out connection) : error;
    }

    /// <summary>The same with a socket that somebody else has made, from an address that it may have.</summary>
    /// <param name="loop">The loop the connection lives on.</param>
    /// <param name="descriptor">A <see cref="TransparentSocket"/>; it is closed where this fails.</param>
    /// <param name="source">Where it comes from, in place of what the options say.</param>
    /// <param name="address">Where to.</param>
    /// <param name="options">What it is like.</param>
    /// <param name="connection">The connection, which the caller closes or releases; null where there is none.</param>
    /// <returns>As <see cref="Begin"/>.</returns>
    public static Errno BeginFrom(
        EventLoop loop, int descriptor, in SocketAddress source, in SocketAddress address, ConnectOptions options, out Connection? connection)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(options);
        connection = null;
        int fd = descriptor;
        Errno error = address.Kind == AddressKind.Unix ? Errno.None : SetOptions(fd, source, address, options);
        error = error == Errno.None ? Socket.Connect(fd, address) : error;
        if (error is not (Errno.None or Errno.InProgress))
        {
            _ = Libc.close(fd);

            // A unix socket whose queue is full says "again", and never tells when: as good as refused.
            return error == Errno.WouldBlock ? Errno.ConnectionRefused : error;
        }

        connection = loop.SpareConnections.TryPop(out Connection? spare) ? spare : new Connection(loop);
        connection.Open(fd, address, listener: null);
        return error;
    }

    /// <summary>Connects to a unix socket for another process, which makes a connection of it with <see cref="Adopt"/>.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="socket">The caller's; null where there is none.</param>
    /// <returns>Why there is none; never a wait.</returns>
    public static Errno Open(in SocketAddress address, out KeptSocket? socket)
    {
        socket = null;
        Errno error = Socket.Open(address.Family, out int fd);
        if (error != Errno.None)
        {
            return error;
        }

        error = Socket.Connect(fd, address);
        if (error == Errno.None)
        {
            socket = new KeptSocket(fd);
            return Errno.None;
        }

        _ = Libc.close(fd);
        return error == Errno.WouldBlock ? Errno.ConnectionRefused : error;
    }

    /// <summary>A connection of a descriptor that somebody else has connected.</summary>
    /// <param name="loop">The loop the connection lives on.</param>
    /// <param name="descriptor">From <see cref="Open"/>; the connection's from now on.</param>
    public static Connection Adopt(EventLoop loop, int descriptor)
    {
        ArgumentNullException.ThrowIfNull(loop);
        Connection connection = loop.SpareConnections.TryPop(out Connection? spare) ? spare : new Connection(loop);
        connection.Open(descriptor, default, listener: null);
        return connection;
    }

    /// <summary>Closes a connection of <see cref="Begin"/> or <see cref="Connect"/>, to be used for the next one: nobody may have it any more.</summary>
    public static void Release(Connection? connection)
    {
        if (connection is not null)
        {
            connection.Close();
            connection.Loop.SpareConnections.Push(connection);
        }
    }

    private static Errno SetOptions(int fd, in SocketAddress source, in SocketAddress address, ConnectOptions options)
    {
        bool isIPv6 = address.Kind == AddressKind.IPv6;
        int level = isIPv6 ? Libc.IPPROTO_IPV6 : Libc.IPPROTO_IP;
        _ = options.NoDelay ? Socket.SetOption(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1) : Errno.None;
        _ = options.SpeaksFirst ? Socket.SetOption(fd, Libc.IPPROTO_TCP, Libc.TCP_QUICKACK, 0) : Errno.None;
        _ = options.KeepAlive ? Socket.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, 1) : Errno.None;
        _ = Set(fd, level, isIPv6 ? Libc.IPV6_UNICAST_HOPS : Libc.IP_TTL, options.TimeToLive);
        _ = Set(fd, level, isIPv6 ? Libc.IPV6_MINHOPCOUNT : Libc.IP_MINTTL, options.MinimumTimeToLive);
        _ = Set(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUF, options.ReceiveBuffer);
        _ = Set(fd, Libc.SOL_SOCKET, Libc.SO_SNDBUF, options.SendBuffer);
        if (source.Kind == AddressKind.None)
        {
            return Errno.None;
        }

        // ip(7): the port is chosen by connect(2), which can use one for many destinations.
        _ = Socket.SetOption(fd, Libc.IPPROTO_IP, Libc.IP_BIND_ADDRESS_NO_PORT, 1);
        return Socket.Bind(fd, source);
    }

    private static Errno Set(int fd, int level, int option, int? value) =>
        value is int set ? Socket.SetOption(fd, level, option, set) : Errno.None;
}
