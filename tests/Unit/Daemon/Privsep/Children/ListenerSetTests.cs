using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep.Children;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Native;
using Sluice.Engine.Streams;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Children;

/// <summary>Which sockets a process accepts from as the parent opens and closes them (D-12).</summary>
public sealed class ListenerSetTests : IDisposable
{
    private const int First = 1, Second = 2;

    // Longer than a retired listener waits for those who have begun to connect, and than the set looks away.
    private static readonly TimeSpan _retirement = TimeSpan.FromSeconds(2);

    private readonly LoopRun _run = new();
    private readonly ListenSocket _socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
    private readonly ListenSocket _other = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
    private readonly ListenerSet _set;

    public ListenerSetTests()
    {
        _set = new ListenerSet(_run.Loop);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _other.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void One_that_is_wanted_stays() => _run.Run(async () =>
    {
        Accept(_set, First, _socket);

        _set.RetireOthers(new HashSet<int> { First });
        await _run.Pass(_retirement);

        Assert.Equal((true, "hello"), (_set.Has(First), await Hear(await Ask(_socket))));
        _set.Close();
    });

    [Fact]
    public void One_that_is_wanted_no_more_answers_what_waits_and_is_closed_then() => _run.Run(async () =>
    {
        Connection waiting = await Ask(_socket);
        Accept(_set, First, _socket);

        _set.RetireOthers(new HashSet<int>());
        Assert.False(_set.Has(First));
        Assert.Equal("hello", await Hear(waiting));
        await _run.Pass(_retirement);

        Assert.Equal(Errno.ConnectionRefused, (await Connect(_socket)).Error);
    });

    [Fact]
    public void What_waits_where_a_successor_accepts_is_left_to_it() => _run.Run(async () =>
    {
        Connection waiting = await Ask(_socket);
        int accepted = 0;
        using ListenSocket ofSuccessor = ListenSocket.Adopt(Libc.fcntl(_socket.Descriptor, Libc.F_DUPFD_CLOEXEC, 0));
        _set.Add(new InheritedListener(First, "first", _socket.Release()), Count, new ListenerOptions());

        await _set.Leave([First]);
        ListenerSet successor = new(_run.Loop);
        Accept(successor, First, ofSuccessor);

        Assert.Equal(("hello", 0), (await Hear(waiting), accepted));
        successor.Close();

        ValueTask Count(Connection connection)
        {
            accepted++;
            return default;
        }
    });

    [Fact]
    public void Leaving_lasts_until_those_that_no_successor_has_are_closed() => _run.Run(async () =>
    {
        Accept(_set, First, _socket);
        Accept(_set, Second, _other);
        bool hasLeft = false;
        Leave([First], waitsForMore: null, () => hasLeft = true);

        await _run.Pass(TimeSpan.Zero);
        Assert.False(hasLeft);
        await _run.Pass(_retirement);

        Assert.True(hasLeft);
        Assert.Equal(Errno.ConnectionRefused, (await Connect(_other)).Error);
    });

    [Fact]
    public void Leaving_lasts_until_nothing_else_is_to_be_waited_for() => _run.Run(async () =>
    {
        bool isBusy = true;
        bool hasLeft = false;
        Leave([], () => isBusy, () => hasLeft = true);

        await _run.Pass(_retirement);
        Assert.False(hasLeft);
        isBusy = false;
        await _run.Pass(_retirement);

        Assert.True(hasLeft);
    });

    // One that retired went on accepting in a process that ended, for sessions that were cut.
    [Fact]
    public void At_the_end_what_waits_is_answered_and_all_are_closed_those_that_retire_too() => _run.Run(async () =>
    {
        Connection waiting = await Ask(_socket);
        Accept(_set, First, _socket);
        Accept(_set, Second, _other);
        _set.RetireOthers(new HashSet<int> { First });

        _set.Close();

        Assert.Equal("hello", await Hear(waiting));
        Assert.Equal((Errno.ConnectionRefused, Errno.ConnectionRefused), ((await Connect(_socket)).Error, (await Connect(_other)).Error));
    });

    private static void Accept(ListenerSet set, int id, ListenSocket socket) =>
        set.Add(new InheritedListener(id, "any", socket.Release()), Echo.Serve, new ListenerOptions());

    private void Leave(int[] succeeded, Func<bool>? waitsForMore, Action hasLeft) => _run.Loop.Spawn(async () =>
    {
        await _set.Leave(succeeded, waitsForMore);
        hasLeft();
    });

    private ValueTask<ConnectResult> Connect(ListenSocket socket) =>
        Connector.Connect(_run.Loop, socket.Address, _run.Loop.Timeouts(TimeSpan.FromMinutes(1)));

    // The word is there before anybody accepts: else the kernel would not hand the connection over.
    private async ValueTask<Connection> Ask(ListenSocket socket)
    {
        Connection client = (await Connect(socket)).Connection!;
        _ = await TcpPair.Send(client, "hello"u8);
        return client;
    }

    private static async ValueTask<string> Hear(Connection client)
    {
        byte[] answer = await TcpPair.Receive(client, 5);
        client.Close();
        return Encoding.ASCII.GetString(answer);
    }
}
