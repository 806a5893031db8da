using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>Why a <see cref="ListenSocket"/> could not be opened.</summary>
/// <param name="Error">
/// <see cref="Errno.AddressInUse"/> where another program listens there, <see cref="Errno.AddressNotAvailable"/> where
/// the host does not have the address and may not have it later, <see cref="Errno.AccessDenied"/> for a low port without
/// the right to it.
/// </param>
/// <param name="Call">The system call that said so.</param>
public readonly record struct ListenFailure(Errno Error, string Call);

/// <summary>Whether this daemon listens already where it is about to open another socket.</summary>
public enum Neighbours
{
    /// <summary>No: whoever listens there is a stranger.</summary>
    None,

    /// <summary>Yes, on the same address or on all of that port: whether a stranger does too cannot be found out.</summary>
    Ours,
}

/// <summary>A listening socket as the parent keeps it: one for each worker and address, handed to the worker by its descriptor.</summary>
public sealed class ListenSocket : IKeptDescriptor
{
    private ListenSocket(int fd, SocketAddress address)
    {
        Descriptor = fd;
        Address = address;
    }

    /// <summary>The descriptor; -1 when closed.</summary>
    public int Descriptor { get; private set; }

    /// <summary>Where it listens; with the port that the system chose, where 0 was asked for.</summary>
    public SocketAddress Address { get; }

    /// <summary>What comes to it.</summary>
    public ListenKind Kind { get; private init; }

    /// <summary>Whether the host has the address now; if not, nothing arrives until it has.</summary>
    public bool IsAddressHere { get; private init; }

    /// <summary>
    /// Opens the sockets of an address for a number of workers, SO_REUSEPORT. First it makes sure that nobody else
    /// listens there: SO_REUSEPORT alone would share the connections with a second daemon of the same user.
    /// </summary>
    /// <param name="address">An IP address; port 0 is any free one, the same for all.</param>
    /// <param name="options">What all of them are like.</param>
    /// <param name="count">How many workers.</param>
    /// <param name="neighbours">Whether strangers are looked for.</param>
    /// <param name="failure">Why the result is empty.</param>
    /// <returns>As many sockets as asked for, or none; the caller disposes them.</returns>
    public static IReadOnlyList<ListenSocket> Open(
        SocketAddress address, ListenOptions options, int count, Neighbours neighbours, out ListenFailure failure)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        failure = Probe(address, options, out bool isHere);
        if (failure.Error == Errno.AddressInUse && neighbours == Neighbours.Ours)
        {
            failure = default;
        }

        List<ListenSocket> sockets = [];
        while (failure.Error == Errno.None && sockets.Count < count)
        {
            failure = OpenOne(address, options, out int fd);
            if (failure.Error == Errno.None)
            {
                SocketAddress actual = Socket.LocalAddress(fd);
                sockets.Add(new ListenSocket(fd, actual) { IsAddressHere = isHere, Kind = options.Kind });
                address = actual;
            }
        }

        if (failure.Error != Errno.None)
        {
            sockets.ForEach(static socket => socket.Dispose());
            sockets.Clear();
        }

        return sockets;
    }

    /// <summary>Opens one socket, as for one worker.</summary>
    /// <inheritdoc cref="Open(SocketAddress, ListenOptions, int, Neighbours, out ListenFailure)"/>
    public static ListenSocket? Open(SocketAddress address, ListenOptions options, out ListenFailure failure)
    {
        IReadOnlyList<ListenSocket> sockets = Open(address, options, 1, Neighbours.None, out failure);
        return sockets.Count == 1 ? sockets[0] : null;
    }

    /// <summary>Takes over a socket that this process opened before it executed itself anew.</summary>
    /// <param name="descriptor">A listening socket; it is close-on-exec from now on.</param>
    public static ListenSocket Adopt(int descriptor)
    {
        _ = Libc.fcntl(descriptor, Libc.F_SETFD, Libc.FD_CLOEXEC);
        return new ListenSocket(descriptor, Socket.LocalAddress(descriptor))
        {
            IsAddressHere = true,
            Kind = Socket.TypeOf(descriptor) == Libc.SOCK_DGRAM ? ListenKind.Datagram : ListenKind.Stream,
        };
    }

    /// <summary>Closes this process's descriptor; the socket lives on where it was inherited or sent.</summary>
    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = Libc.close(Descriptor);
            Descriptor = -1;
        }
    }

    /// <summary>Gives the descriptor to a <see cref="Listener"/> of the same process.</summary>
    internal int Release()
    {
        int fd = Descriptor;
        Descriptor = -1;
        return fd;
    }

    // Without SO_REUSEPORT nothing that listens is overlooked; SO_REUSEADDR overlooks connections of the past.
    private static ListenFailure Probe(SocketAddress address, ListenOptions options, out bool isHere)
    {
        isHere = true;
        Errno error = Socket.Open(address.Family, TypeOf(options.Kind), out int fd);
        if (error != Errno.None)
        {
            return new ListenFailure(error, "socket");
        }

        if (options.Kind == ListenKind.Stream)
        {
            // Sockets of datagrams have no past, and two that say this share an address, socket(7).
            _ = Socket.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
        }

        _ = RestrictToIPv6(fd, address);
        error = Socket.Bind(fd, address);
        if (error == Errno.AddressNotAvailable && options.FreeBind)
        {
            isHere = false;
            _ = FreeBind(fd, address);
            error = Socket.Bind(fd, address);
        }

        _ = Libc.close(fd);
        return error == Errno.None ? default : new ListenFailure(error, "bind");
    }

    private static ListenFailure OpenOne(SocketAddress address, ListenOptions options, out int fd)
    {
        Errno error = Socket.Open(address.Family, TypeOf(options.Kind), out fd);
        if (error != Errno.None)
        {
            return new ListenFailure(error, "socket");
        }

        string call = "setsockopt";
        error = SetOptions(fd, address, options);
        if (error == Errno.None)
        {
            call = "bind";
            error = Socket.Bind(fd, address);
        }

        if (error == Errno.None && options.Kind == ListenKind.Stream)
        {
            call = "listen";
            error = Libc.listen(fd, options.Backlog) == 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();
        }

        if (error != Errno.None)
        {
            _ = Libc.close(fd);
        }

        return new ListenFailure(error, call);
    }

    private static Errno SetOptions(int fd, SocketAddress address, ListenOptions options)
    {
        bool isIPv6 = address.Kind == AddressKind.IPv6;
        bool isStream = options.Kind == ListenKind.Stream;
        int level = isIPv6 ? Libc.IPPROTO_IPV6 : Libc.IPPROTO_IP;
        ReadOnlySpan<(int Level, int Option, int? Value)> wanted =
        [
            (Libc.SOL_SOCKET, Libc.SO_REUSEADDR, isStream ? 1 : null),
            (Libc.SOL_SOCKET, Libc.SO_REUSEPORT, 1),
            (Libc.IPPROTO_TCP, Libc.TCP_NODELAY, isStream && options.NoDelay ? 1 : null),
            (level, isIPv6 ? Libc.IPV6_TRANSPARENT : Libc.IP_TRANSPARENT, options.IsTransparent ? 1 : null),
            (level, isIPv6 ? Libc.IPV6_UNICAST_HOPS : Libc.IP_TTL, options.TimeToLive),
            (level, isIPv6 ? Libc.IPV6_MINHOPCOUNT : Libc.IP_MINTTL, options.MinimumTimeToLive),
            (Libc.SOL_SOCKET, Libc.SO_RCVBUF, options.ReceiveBuffer),
            (Libc.SOL_SOCKET, Libc.SO_SNDBUF, options.SendBuffer),
            (Libc.IPPROTO_TCP, Libc.TCP_DEFER_ACCEPT, isStream ? Seconds(options.DeferAccept) : null),
        ];
        if (!isStream)
        {
            DatagramSocket.Prepare(fd, address, options);
        }

        foreach ((int itsLevel, int option, int? value) in wanted)
        {
            Errno error = value is int set ? Socket.SetOption(fd, itsLevel, option, set) : Errno.None;
            if (error != Errno.None)
            {
                return error;
            }
        }

        Errno last = RestrictToIPv6(fd, address);
        return last == Errno.None && options.FreeBind ? FreeBind(fd, address) : last;
    }

    private static int TypeOf(ListenKind kind) => kind == ListenKind.Stream ? Libc.SOCK_STREAM : Libc.SOCK_DGRAM;

    private static Errno FreeBind(int fd, SocketAddress address) => address.Kind == AddressKind.IPv6
        ? Socket.SetOption(fd, Libc.IPPROTO_IPV6, Libc.IPV6_FREEBIND, 1)
        : Socket.SetOption(fd, Libc.IPPROTO_IP, Libc.IP_FREEBIND, 1);

    // 0.0.0.0 and :: are two listeners, as in listen on of httpd.conf(5).
    private static Errno RestrictToIPv6(int fd, SocketAddress address) => address.Kind == AddressKind.IPv6
        ? Socket.SetOption(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, 1)
        : Errno.None;

    private static int? Seconds(TimeSpan? duration) =>
        duration is TimeSpan wait ? (int)double.Ceiling(wait.TotalSeconds) : null;
}
