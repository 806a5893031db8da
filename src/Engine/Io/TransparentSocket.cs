using System.Collections.Generic;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>Which <see cref="TransparentSocket"/>; the values stand in messages.</summary>
public enum TransparentKind
{
    /// <summary>For connections of IPv4.</summary>
    Stream4,

    /// <summary>For connections of IPv6.</summary>
    Stream6,

    /// <summary>For datagrams of IPv4.</summary>
    Datagrams4,

    /// <summary>For datagrams of IPv6.</summary>
    Datagrams6,
}

/// <summary>Sockets that may have others' addresses as their own. It takes CAP_NET_ADMIN or CAP_NET_RAW to make one, and no right to use it.</summary>
public static class TransparentSocket
{
    /// <summary>The kind for an address.</summary>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <param name="content">Connections or datagrams.</param>
    public static TransparentKind KindFor(in SocketAddress address, ListenKind content) => (content, address.Kind) switch
    {
        (ListenKind.Stream, AddressKind.IPv6) => TransparentKind.Stream6,
        (ListenKind.Stream, _) => TransparentKind.Stream4,
        (_, AddressKind.IPv6) => TransparentKind.Datagrams6,
        _ => TransparentKind.Datagrams4,
    };

    /// <summary>Makes some, non-blocking and bound to nothing.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="count">How many.</param>
    /// <param name="error">Why there are fewer; <see cref="Errno.NotPermitted"/> without the right.</param>
    /// <returns>The caller's.</returns>
    public static IReadOnlyList<KeptSocket> Open(TransparentKind kind, int count, out Errno error)
    {
        List<KeptSocket> sockets = new(count);
        error = Errno.None;
        while (error == Errno.None && sockets.Count < count)
        {
            error = Open(kind, out int fd);
            if (error == Errno.None)
            {
                sockets.Add(new KeptSocket(fd));
            }
        }

        return sockets;
    }

    private static Errno Open(TransparentKind kind, out int fd)
    {
        bool isIPv6 = kind is TransparentKind.Stream6 or TransparentKind.Datagrams6;
        bool isStream = kind is TransparentKind.Stream4 or TransparentKind.Stream6;
        Errno error = Socket.Open(isIPv6 ? Libc.AF_INET6 : Libc.AF_INET, isStream ? Libc.SOCK_STREAM : Libc.SOCK_DGRAM, out fd);
        if (error != Errno.None)
        {
            return error;
        }

        error = Socket.MakeTransparent(fd, isIPv6 ? AddressKind.IPv6 : AddressKind.IPv4);
        if (error != Errno.None)
        {
            _ = Libc.close(fd);
            fd = -1;
        }

        return error;
    }
}
