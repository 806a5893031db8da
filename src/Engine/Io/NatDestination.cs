using System;

using Sluice.Engine.Streams;

namespace Sluice.Engine.Io;

/// <summary>Where connections were sent to before the packet filter of this machine changed that.</summary>
public static class NatDestination
{
    /// <summary>Asks the kernel, which remembers it for connections that it tracks. Takes no right.</summary>
    /// <param name="connection">One that was accepted.</param>
    /// <returns>None where it is closed, or not tracked.</returns>
    public static SocketAddress Of(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.IsClosed ? default : Socket.OriginalDestination(connection.Fd, connection.Peer.Kind);
    }
}
