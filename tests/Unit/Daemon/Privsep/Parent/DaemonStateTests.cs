using System;
using System.Linq;

using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Parent;
using Sluice.Daemon.Wire;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Parent;

public sealed class DaemonStateTests : IDisposable
{
    private static readonly ListenRequest _request = new("web", SocketAddress.FromIp([127, 0, 0, 1], 0), new ListenOptions());

    private static readonly SharedArea _area = new("test", 10);

    private readonly DaemonState _state = new() { Generation = 5, NextListenerId = 9, Prefork = 2, Root = "/var/www" };

    public DaemonStateTests()
    {
        ListenerTable table = new(_state);
        table.Commit(table.Prepare([_request], [], out _)!);
    }

    public void Dispose() => _state.Listeners[0].Close();

    [Fact]
    public void A_successor_carries_on_with_what_was_known()
    {
        DaemonState read = Read(Written())!;

        Assert.Equal((5u, 10, 2, "/var/www"), (read.Generation, read.NextListenerId, read.Prefork, read.Root));
    }

    [Fact]
    public void A_successor_has_the_same_sockets_under_the_same_ids()
    {
        OpenListener before = _state.Listeners[0];

        OpenListener after = Assert.Single(Read(Written())!.Listeners);

        Assert.Equal((before.Id, before.Key, before.Place, before.Address), (after.Id, after.Key, after.Place, after.Address));
        Assert.Equal(before.Sockets.Select(socket => socket.Descriptor), after.Sockets.Select(socket => socket.Descriptor));
    }

    [Fact]
    public void The_successor_finds_its_listeners_open_already()
    {
        DaemonState read = Read(Written())!;

        ListenerChange change = new ListenerTable(read).Prepare([_request], [], out _)!;

        Assert.Empty(change.Added);
    }

    [Fact]
    public void A_successor_finds_the_memory_that_processes_share()
    {
        _state.Areas.Find(_area, 1).Write(9, 42);

        using SharedPages after = Read(Written())!.Areas.Find(_area, 1);

        Assert.Equal(42, after.Read(9));
    }

    [Fact]
    public void Memory_that_is_too_short_for_a_newer_build_is_made_anew()
    {
        _state.Areas.Find(_area, 1).Write(9, 42);

        using SharedPages after = Read(Written())!.Areas.Find(_area with { Count = 20 }, 1);

        Assert.Equal((20, 0L), (after.Count, after.Read(9)));
    }

    [Fact]
    public void A_successor_knows_what_the_program_knew()
    {
        _state.OfProgram = new byte[] { 1, 2, 3 };

        Assert.Equal([1, 2, 3], Read(Written())!.OfProgram.ToArray());
    }

    [Fact]
    public void A_state_that_is_cut_anywhere_is_none() =>
        Assert.All(Enumerable.Range(0, Written().Length), length => Assert.Null(Read(Written()[..length])));

    private static DaemonState? Read(byte[] bytes) => DaemonState.Read(bytes, ListenSocket.Adopt);

    private byte[] Written()
    {
        WireWriter writer = new();
        _state.Write(writer);
        return writer.Written.ToArray();
    }
}
