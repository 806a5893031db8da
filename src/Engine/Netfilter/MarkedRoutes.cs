using Sluice.Engine.Io;
using Sluice.Engine.Native;
using Sluice.Engine.Netlink;
using Sluice.Engine.Routing;

namespace Sluice.Engine.Netfilter;

/// <summary>Where packets with a mark go, rtnetlink(7).</summary>
public static class MarkedRoutes
{
    // For documentation (RFC 5737, RFC 3849): nobody has them.
    private static readonly SocketAddress _nobody = SocketAddress.FromIp([192, 0, 2, 1], port: 0);
    private static readonly SocketAddress _nobody6 = SocketAddress.FromIp([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], port: 0);

    /// <summary>Whether packets with a mark come to this machine, wherever they are sent to: without that no answer reaches a <see cref="TransparentSocket"/>. Takes no right.</summary>
    /// <param name="family">The family of the packets.</param>
    /// <param name="mark">The mark.</param>
    public static bool AreLocal(AddressKind family, uint mark)
    {
        using NetlinkSocket? socket = NetlinkSocket.TryOpen(Libc.NETLINK_ROUTE);
        bool isLocal = false;
        byte[] request = new byte[RouteMessages.LongestBytes];
        Errno? error = socket?.Ask(
            RouteMessages.WriteWayQuery(request, family == AddressKind.IPv6 ? _nobody6 : _nobody, flags: 0, mark),
            (buffer, message) => isLocal |= RouteMessages.IsLocal(buffer, message));
        return error == Errno.None && isLocal;
    }
}
