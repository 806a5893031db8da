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
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<ConnectResult> Connect(EventLoop loop, SocketAddress address, DeadlineQueue within)
    {
        Errno error = Socket.Open(address.Family, out int fd);
        if (error != Errno.None)
        {
            return new ConnectResult(Connection: null, error);
        }

        if (address.Kind != AddressKind.Unix)
        {
            _ = Socket.SetOption(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
        }

        Connection connection = new(loop);
        connection.Open(fd, address, listener: null);
        error = Socket.Connect(fd, address);
        if (error == Errno.InProgress)
        {
            connection.ExpireIn(within);
            Wake wake = await connection.Connected();
            connection.NeverExpire();
            error = wake == Wake.Ready ? Socket.PendingError(fd) : Errno.TimedOut;
        }

        if (error == Errno.None)
        {
            return new ConnectResult(connection, Errno.None);
        }

        // A unix socket whose queue is full says "again", and never tells when: as good as refused.
        connection.Close();
        return new ConnectResult(Connection: null, error == Errno.WouldBlock ? Errno.ConnectionRefused : error);
    }
}
