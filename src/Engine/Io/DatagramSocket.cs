using System;
using System.IO;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>A socket of datagrams, udp(7): one that clients send to, or one that is connected to a host and hears nobody else.</summary>
public sealed class DatagramSocket : Descriptor
{
    // Datagrams of a burst wait here while this process does something else; the kernel may allow less.
    private const int ReceiveBufferBytes = 1024 * 1024;

    private readonly Waiter _reader = new();
    private bool _isWatched;

    private DatagramSocket(EventLoop loop, int fd)
        : base(loop)
    {
        Fd = fd;
        Address = Socket.LocalAddress(fd);
    }

    /// <summary>Where it is.</summary>
    public SocketAddress Address { get; }

    /// <summary>False from the receipt that took all to the next event, and before the first one: what waits already is an event too.</summary>
    public bool MayReceive { get; private set; }

    /// <summary>Takes over a bound socket that the parent opened; this object owns the descriptor.</summary>
    /// <exception cref="IOException">The descriptor cannot be watched.</exception>
    public static DatagramSocket Adopt(EventLoop loop, int descriptor)
    {
        ArgumentNullException.ThrowIfNull(loop);
        DatagramSocket socket = new(loop, descriptor);
        Errno error = socket.Watch();
        return error == Errno.None ? socket : throw new IOException($"epoll_ctl: {error.Describe()}");
    }

    /// <summary>Opens one that sends to an address and receives from nobody else: what others send to it the kernel refuses. Its port is one that the kernel chose at random of those
    /// that it has for that (ip_local_port_range of ip(7)).</summary>
    /// <param name="loop">The loop it lives on.</param>
    /// <param name="address">An IP address and a port.</param>
    /// <param name="options">What concerns packets.</param>
    /// <param name="socket">The caller closes it; null where there is none.</param>
    public static Errno Connect(EventLoop loop, in SocketAddress address, ConnectOptions options, out DatagramSocket? socket)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(options);
        socket = null;
        Errno error = Socket.Open(address.Family, Libc.SOCK_DGRAM, out int fd);
        return error == Errno.None ? ConnectFrom(loop, fd, default, address, options, out socket) : error;
    }

    /// <summary>The same with a socket that somebody else has made, from an address that it may have.</summary>
    /// <param name="loop">The loop it lives on.</param>
    /// <param name="descriptor">A <see cref="TransparentSocket"/>; it is closed where this fails.</param>
    /// <param name="source">Where it comes from; the port is the kernel's choice. None for what the routes say.</param>
    /// <param name="address">An IP address and a port.</param>
    /// <param name="options">What concerns packets.</param>
    /// <param name="socket">The caller closes it; null where there is none.</param>
    public static Errno ConnectFrom(
        EventLoop loop, int descriptor, in SocketAddress source, in SocketAddress address, ConnectOptions options, out DatagramSocket? socket)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(options);
        socket = null;
        int fd = descriptor;
        bool isIPv6 = address.Kind == AddressKind.IPv6;
        int level = isIPv6 ? Libc.IPPROTO_IPV6 : Libc.IPPROTO_IP;
        SetBuffer(fd);
        Fragment(fd, level);
        if (options.TimeToLive is { } ttl)
        {
            _ = Socket.SetOption(fd, level, isIPv6 ? Libc.IPV6_UNICAST_HOPS : Libc.IP_TTL, ttl);
        }

        Errno error = source.Kind == AddressKind.None ? Errno.None : Socket.Bind(fd, source.WithPort(0));
        error = error == Errno.None ? Socket.Connect(fd, address) : error;
        if (error == Errno.None)
        {
            DatagramSocket connected = new(loop, fd);
            error = connected.Watch();
            socket = error == Errno.None ? connected : null;
        }

        if (error != Errno.None)
        {
            _ = Libc.close(fd);
        }

        return error;
    }

    /// <summary>Takes what waits, as much as the batch holds.</summary>
    /// <returns><see cref="Errno.WouldBlock"/> where nothing waits; <see cref="Errno.ConnectionRefused"/> and its like for what came back of an earlier datagram.</returns>
    public Errno TryReceive(DatagramBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Errno error = batch.Receive(Fd);
        MayReceive = error == Errno.None ? batch.Count == DatagramBatch.Capacity : error != Errno.WouldBlock;
        return error;
    }

    /// <summary>Sends what was added to the batch, up to the first that cannot be sent.</summary>
    /// <returns>Why the first unsent was not sent, where not even one was; it may be what came back of an earlier datagram, and is told once.</returns>
    public Errno TrySend(DatagramBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Send(Fd);
    }

    /// <summary>Sends one datagram over a connected socket.</summary>
    public Errno TrySend(ReadOnlySpan<byte> datagram) => Socket.Send(Fd, datagram, 0).Error;

    /// <summary>Waits until <see cref="TryReceive"/> may have something. One waits at a time.</summary>
    /// <returns>Ready, or Closed when nothing is to be received any more.</returns>
    public ValueTask<Wake> Readable() => !_isWatched ? new(Wake.Closed) : MayReceive ? new(Wake.Ready) : _reader.Wait();

    /// <summary>Receives no more: what comes is for others who have the same socket. It can still send.</summary>
    public void StopReceiving()
    {
        if (_isWatched)
        {
            _isWatched = false;
            Loop.Unwatch(this);
            _reader.Complete(Wake.Closed);
        }
    }

    /// <summary>Closes it.</summary>
    public void Close()
    {
        if (Fd >= 0)
        {
            _isWatched = false;
            CloseDescriptor();
            _reader.Complete(Wake.Closed);
        }
    }

    /// <summary>What a listening socket of datagrams needs beside its options: room for bursts, and where it stands for several addresses, to be told of each datagram which of them was
    /// meant.</summary>
    internal static void Prepare(int fd, in SocketAddress address, ListenOptions options)
    {
        bool isIPv6 = address.Kind == AddressKind.IPv6;
        int level = isIPv6 ? Libc.IPPROTO_IPV6 : Libc.IPPROTO_IP;
        SetBuffer(fd);
        Fragment(fd, level);
        if (options.IsTransparent)
        {
            _ = Socket.SetOption(fd, level, isIPv6 ? Libc.IPV6_RECVORIGDSTADDR : Libc.IP_RECVORIGDSTADDR, 1);
        }
        else if (address.IsWildcard)
        {
            _ = Socket.SetOption(fd, level, isIPv6 ? Libc.IPV6_RECVPKTINFO : Libc.IP_PKTINFO, 1);
        }
    }

    internal override void OnReady(Readiness readiness)
    {
        MayReceive = true;
        _reader.Complete(Wake.Ready);
    }

    private Errno Watch()
    {
        Errno error = Loop.Watch(this, Readiness.Input | Readiness.EdgeTriggered);
        _isWatched = error == Errno.None;
        return error;
    }

    // More than the system's limit takes the right to it, which the parent has.
    private static void SetBuffer(int fd)
    {
        if (Socket.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, ReceiveBufferBytes) != Errno.None)
        {
            _ = Socket.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUF, ReceiveBufferBytes);
        }
    }

    // What is too long for a packet goes in fragments, and no message of whoever claims to be a router changes how long that is.
    private static void Fragment(int fd, int level) => _ = level == Libc.IPPROTO_IPV6
        ? Socket.SetOption(fd, level, Libc.IPV6_MTU_DISCOVER, Libc.IPV6_PMTUDISC_OMIT)
        : Socket.SetOption(fd, level, Libc.IP_MTU_DISCOVER, Libc.IP_PMTUDISC_OMIT);
}
