using System;
using System.IO;
using System.Net.Sockets;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Processes;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Processes;

public sealed class ChannelListenerTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly string _path = Path.Join(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}");
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[64];

    public ChannelListenerTests()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(_path));
        _socket.Listen();
    }

    private byte[] PathBytes => Encoding.UTF8.GetBytes(_path);

    public void Dispose()
    {
        _socket.Dispose();
        File.Delete(_path);
        _run.Dispose();
    }

    [Fact]
    public void Who_connects_becomes_a_channel_that_knows_its_peer() => _run.Run(async () =>
    {
        using ChannelListener listener = Listen();
        Errno connected = Channel.Connect(PathBytes, out Channel? client);
        Wake wake = await listener.Acceptable();

        Errno accepted = listener.TryAccept(out Channel? channel);
        _ = client!.TrySend("asked"u8);
        _ = await channel!.Readable();

        Assert.Equal((Errno.None, Wake.Ready, Errno.None), (connected, wake, accepted));
        Assert.Equal(5, channel.TryReceive(_buffer, out _).LengthBytes);
        Assert.Equal(Environment.ProcessId, channel.PeerCredentials().ProcessId);
        client.Dispose();
        channel.Dispose();
    });

    [Fact]
    public void Nobody_who_waits_is_said_at_once()
    {
        using ChannelListener listener = Listen();

        Errno error = listener.TryAccept(out Channel? none);

        Assert.Equal((Errno.WouldBlock, null), (error, none));
        none?.Dispose();
    }

    [Fact]
    public void Who_waits_for_a_connection_is_woken_by_the_next_one() => _run.Run(async () =>
    {
        using ChannelListener listener = Listen();
        Errno before = listener.TryAccept(out _);
        _ = Channel.Connect(PathBytes, out Channel? client);

        Wake wake = await listener.Acceptable();

        Assert.Equal((Errno.WouldBlock, Wake.Ready), (before, wake));
        client!.Dispose();
    });

    [Fact]
    public void Where_nobody_listens_the_connection_is_refused()
    {
        using Socket deaf = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        deaf.Bind(new UnixDomainSocketEndPoint(_path + "-deaf"));

        Errno error = Channel.Connect(Encoding.UTF8.GetBytes(_path + "-deaf"), out Channel? none);

        Assert.Equal((Errno.ConnectionRefused, null), (error, none));
        none?.Dispose();
    }

    [Fact]
    public void Where_nothing_is_it_is_not_found() =>
        Assert.Equal(Errno.NotFound, Channel.Connect("/nonexistent/socket"u8, out _));

    // Of its own, since it closes what it listens on.
    private ChannelListener Listen() => new(_run.Loop, Libc.fcntl((int)_socket.Handle, Libc.F_DUPFD_CLOEXEC, 0));
}
