using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Streams;

namespace Sluice.Engine.Io;

/// <summary>What a use of <see cref="Dialer"/> needs to know beside the address.</summary>
/// <param name="Within">Bounds the whole use of the connection, not only its beginning.</param>
/// <param name="Ttl">The hop limit of its packets; 0 for the system's.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DialOptions(DeadlineQueue Within, byte Ttl);

/// <summary>Makes outgoing connections for one short use after another, such as checks: closed ones are used again, so that in the long run none is allocated, and one
/// deadline bounds a use from its beginning to its end.</summary>
/// <param name="loop">The loop the connections live on.</param>
public sealed class Dialer(EventLoop loop)
{
    // What more come back after a rush are left to the collector.
    private const int MostSpare = 256;

    private readonly Stack<Connection> _spare = new();

    /// <summary>Connects. The connection's deadline is armed when it is there, and stays so.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="options">In which time, and how.</param>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<ConnectResult> Dial(SocketAddress address, DialOptions options)
    {
        Errno error = Socket.Open(address.Family, out int fd);
        if (error != Errno.None)
        {
            return new ConnectResult(Connection: null, error);
        }

        Connection connection = _spare.TryPop(out Connection? spare) ? spare : new Connection(loop);
        connection.Open(fd, address, listener: null);
        connection.ExpireIn(options.Within);
        if (options.Ttl > 0)
        {
            SetTtl(fd, address.Kind, options.Ttl);
        }

        error = Socket.Connect(fd, address);
        if (error == Errno.InProgress)
        {
            Wake wake = await connection.Connected();
            error = wake == Wake.Ready ? Socket.PendingError(fd) : wake == Wake.Expired ? Errno.TimedOut : Errno.ConnectionAborted;
        }

        if (error == Errno.None)
        {
            return new ConnectResult(connection, Errno.None);
        }

        Close(connection);
        return new ConnectResult(Connection: null, error == Errno.WouldBlock ? Errno.ConnectionRefused : error);
    }

    /// <summary>Closes a connection of <see cref="Dial"/>, which nobody may use from now on.</summary>
    public void Close(Connection connection)
    {
        System.ArgumentNullException.ThrowIfNull(connection);
        connection.Close();
        if (_spare.Count < MostSpare)
        {
            _spare.Push(connection);
        }
    }

    // An address of the other family has the other option; a wrong one changes nothing.
    private static void SetTtl(int fd, AddressKind kind, byte ttl) => _ = kind == AddressKind.IPv6
        ? Socket.SetOption(fd, Libc.IPPROTO_IPV6, Libc.IPV6_UNICAST_HOPS, ttl)
        : Socket.SetOption(fd, Libc.IPPROTO_IP, Libc.IP_TTL, ttl);
}
