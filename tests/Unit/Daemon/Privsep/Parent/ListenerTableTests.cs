using System;
using System.Collections.Generic;

using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Parent;
using Sluice.Engine.Io;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Parent;

public sealed class ListenerTableTests : IDisposable
{
    private readonly DaemonState _state = new() { Prefork = 2 };
    private readonly ListenerTable _table;
    private readonly List<string> _warnings = [];

    public ListenerTableTests()
    {
        _table = new ListenerTable(_state);
        _table.Commit(_table.Prepare([Request("first", Any(0))], _warnings, out _)!);
    }

    public void Dispose()
    {
        foreach (OpenListener listener in _state.Listeners)
        {
            listener.Close();
        }
    }

    [Fact]
    public void Each_worker_has_a_socket_of_its_own() => Assert.Equal(2, _state.Listeners[0].Sockets.Count);

    [Fact]
    public void A_listener_that_the_next_configuration_has_too_stays_open()
    {
        OpenListener before = _state.Listeners[0];

        ListenerChange change = _table.Prepare([Request("first", Any(0))], _warnings, out _)!;

        Assert.Same(before, Assert.Single(change.Listeners));
        Assert.Empty(change.Removed);
    }

    [Fact]
    public void Other_options_on_the_same_address_replace_the_listener()
    {
        SocketAddress address = _state.Listeners[0].Sockets[0].Address;
        Use(Request("first", address));

        ListenerChange change = _table.Prepare(
            [new ListenRequest("first", address, new ListenOptions { Backlog = 10 })], _warnings, out string failure)!;

        Assert.Equal("", failure);
        Assert.NotEqual(_state.Listeners[0].Id, Assert.Single(change.Added).Id);
        Assert.Equal(_state.Listeners, change.Removed);
        change.Abandon();
    }

    [Fact]
    public void One_address_can_be_added_where_all_of_its_port_is_open()
    {
        Use(Request("all", SocketAddress.FromIp([0, 0, 0, 0], 0)));
        int port = _state.Listeners[0].Sockets[0].Address.Port;
        Use(Request("all", SocketAddress.FromIp([0, 0, 0, 0], port)));

        ListenerChange change = _table.Prepare([Request("all", SocketAddress.FromIp([0, 0, 0, 0], port)), Request("one", Any(port))], _warnings, out _)!;

        Assert.Equal("one", Assert.Single(change.Added).Key);
        change.Abandon();
    }

    [Fact]
    public void An_address_that_another_program_has_is_named_and_nothing_is_opened()
    {
        using ListenSocket other = ListenSocket.Open(Any(0), new ListenOptions(), out _)!;
        int ids = _state.NextListenerId;

        ListenerChange? change = _table.Prepare([Request("taken", other.Address)], _warnings, out string failure);

        Assert.Null(change);
        Assert.StartsWith($"cannot listen on {other.Address}: Address already in use", failure, StringComparison.Ordinal);
        Assert.Equal(ids, _state.NextListenerId);
    }

    [Fact]
    public void An_address_that_is_not_here_is_a_warning()
    {
        ListenerChange change = _table.Prepare(
            [Request("away", SocketAddress.FromIp([192, 0, 2, 1], 0))], _warnings, out _)!;

        Assert.StartsWith("192.0.2.1:0 is no address of this host", Assert.Single(_warnings), StringComparison.Ordinal);
        change.Abandon();
    }

    private static ListenRequest Request(string key, SocketAddress address) => new(key, address, new ListenOptions());

    private static SocketAddress Any(int port) => SocketAddress.FromIp([127, 0, 0, 1], port);

    private void Use(ListenRequest request)
    {
        ListenerChange change = _table.Prepare([request], _warnings, out _)!;
        _table.Commit(change);
        ListenerTable.Close(change.Removed);
        _table.Forget(change.Removed);
    }
}
