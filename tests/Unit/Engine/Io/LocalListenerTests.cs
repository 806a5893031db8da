using System;
using System.IO;
using System.Net.Sockets;

using Sluice.Engine;
using Sluice.Engine.Io;

using Xunit;

using Socket = System.Net.Sockets.Socket;

namespace Sluice.Unit.Engine.Io;

public sealed class LocalListenerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-").FullName;
    private readonly string _path;

    public LocalListenerTests()
    {
        _path = Path.Combine(_folder, "control");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Owner_and_group_can_connect_and_nobody_else()
    {
        Assert.Equal(Errno.None, LocalListener.Open(_path, out LocalListener? listener));
        using (listener)
        {
            const UnixFileMode Expected = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
            Assert.Equal(Expected, File.GetUnixFileMode(_path));
            using Socket client = Connected();
        }
    }

    [Fact]
    public void The_name_goes_with_the_socket()
    {
        Assert.Equal(Errno.None, LocalListener.Open(_path, out LocalListener? listener));
        listener!.Dispose();

        Assert.False(File.Exists(_path));
    }

    [Fact]
    public void A_name_that_is_somebody_elses_by_now_stays()
    {
        Assert.Equal(Errno.None, LocalListener.Open(_path, out LocalListener? listener));
        using LocalListener former = listener!;
        File.Move(_path, _path + ".moved");
        Assert.Equal(Errno.None, LocalListener.Open(_path, out LocalListener? successor));
        using (successor)
        {
            former.Dispose();

            using Socket client = Connected();
        }
    }

    [Fact]
    public void Where_somebody_listens_nothing_is_replaced()
    {
        Assert.Equal(Errno.None, LocalListener.Open(_path, out LocalListener? listener));
        using (listener)
        {
            Assert.Equal(Errno.AddressInUse, LocalListener.Open(_path, out _));
            using Socket client = Connected();
        }
    }

    [Fact]
    public void A_name_that_a_dead_process_left_is_replaced()
    {
        using (Socket dead = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(_path));
            File.Move(_path, _path + ".kept");
        }

        File.Move(_path + ".kept", _path);
        Assert.Equal(Errno.None, LocalListener.Open(_path, out LocalListener? listener));
        listener!.Dispose();
    }

    [Fact]
    public void A_file_is_not_replaced()
    {
        File.WriteAllText(_path, "precious");

        Assert.Equal(Errno.AddressInUse, LocalListener.Open(_path, out _));
        Assert.Equal("precious", File.ReadAllText(_path));
    }

    private Socket Connected()
    {
        Socket client = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(_path));
        return client;
    }
}
