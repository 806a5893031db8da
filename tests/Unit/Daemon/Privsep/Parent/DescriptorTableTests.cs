using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Parent;
using Sluice.Engine.Io;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Parent;

public sealed class DescriptorTableTests
{
    private readonly DescriptorTable _table = new();
    private readonly List<Opened> _opened = [];

    [Fact]
    public void What_is_open_under_a_name_stays_open_over_configurations()
    {
        Assert.Null(_table.Open([Request("control")]));
        Assert.Null(_table.Open([Request("control"), Request("icmp")]));
        _table.CloseOthers([Request("control"), Request("icmp")]);

        Assert.Equal(["control", "icmp"], _opened.Select(static opened => opened.Name), StringComparer.Ordinal);
        Assert.Equal((_opened[0], _opened[1]), (_table["control"], _table["icmp"]));
        Assert.DoesNotContain(_opened, static opened => opened.IsClosed);
    }

    [Fact]
    public void What_the_configuration_in_use_does_not_need_is_closed_and_opened_again_when_it_is_needed()
    {
        Assert.Null(_table.Open([Request("control"), Request("icmp")]));
        _table.CloseOthers([Request("control")]);
        Assert.Equal([false, true], _opened.Select(static opened => opened.IsClosed));

        Assert.Null(_table.Open([Request("control"), Request("icmp")]));

        Assert.Equal(_opened[2], _table["icmp"]);
        Assert.False(_opened[2].IsClosed);
    }

    [Fact]
    public void What_cannot_be_opened_is_said_and_takes_nothing_away()
    {
        Assert.Null(_table.Open([Request("control")]));

        string? failure = _table.Open([Request("icmp"), new DescriptorRequest("hce", "icmp6", Fail), Request("other")]);

        Assert.Equal("no such family", failure);
        Assert.Equal(["control", "icmp"], _opened.Select(static opened => opened.Name), StringComparer.Ordinal);
        Assert.False(((Opened)_table["control"]).IsClosed);
    }

    [Fact]
    public void What_was_opened_for_a_configuration_that_was_refused_is_closed_with_the_next_one()
    {
        Assert.NotNull(_table.Open([Request("icmp"), new DescriptorRequest("hce", "icmp6", Fail)]));

        _table.CloseOthers([Request("control")]);

        Assert.True(_opened.Single().IsClosed);
    }

    private static IKeptDescriptor? Fail(out string failure)
    {
        failure = "no such family";
        return null;
    }

    private DescriptorRequest Request(string name) => new("hce", name, (out failure) =>
    {
        failure = "";
        _opened.Add(new Opened(name));
        return _opened[^1];
    });

    private sealed class Opened(string name) : IKeptDescriptor
    {
        public string Name => name;

        public int Descriptor => 0;

        public bool IsClosed { get; private set; }

        public void Dispose() => IsClosed = true;
    }
}
