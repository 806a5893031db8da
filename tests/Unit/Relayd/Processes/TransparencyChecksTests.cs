using System;
using System.Collections.Generic;

using Sluice.Engine.Io;
using Sluice.Relayd.Processes;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Processes;

public sealed class TransparencyChecksTests
{
    [Fact]
    public void Families_in_which_nothing_brings_packets_here_are_named()
    {
        string warning = Assert.Single(Warnings("listen on ::1 port 1\nforward to destination", isRouted: false));

        Assert.Contains("in IPv6: relayctl show rules | sh", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("listen on ::1 port 1\nforward to nat lookup")]
    [InlineData("listen on ::1 port 1\nforward to ::2 port 1")]
    public void Relays_that_need_none_are_silent(string lines) => Assert.Empty(Warnings(lines, isRouted: false));

    [Fact]
    public void A_host_of_another_family_than_clients_is_named() => Assert.Contains(
        "its host \"192.0.2.7\" has addresses of another family", Assert.Single(Warnings("listen on ::1 port 1\ntransparent forward to <hosts> port 80", isRouted: true)), StringComparison.Ordinal);

    [Fact]
    public void One_that_is_mapped_into_it_is_not() => Assert.Empty(Warnings("listen on ::1 port 1\ntransparent forward to <hosts> port 80 inet6 64:ff9b::", isRouted: true));

    private static IEnumerable<string> Warnings(string lines, bool isRouted) => TransparencyChecks.Warnings(
        Loaded.Good($"table <hosts> {{ 192.0.2.7 }}\nrelay \"www\" {{\n{lines}\n}}\n"), family => Assert.IsType<AddressKind>(family) != AddressKind.None && isRouted);
}
