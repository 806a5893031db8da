using System;
using System.Linq;

using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep;

public sealed class RoleTests
{
    [Fact]
    public void A_role_reads_only_what_another_writes()
    {
        Role reader = new("reader", "nobody", RootKind.Empty, SyscallSet.Runtime) { Reads = ["numbers"] };
        Role writer = new("writer", "nobody", RootKind.Empty, SyscallSet.Runtime) { Writes = new SharedArea("numbers", 1) };

        Assert.Equal("writer", new RoleTable(reader, writer).WriterOf("numbers")!.Name);
        Assert.Throws<ArgumentException>(() => new RoleTable(reader));
    }

    [Fact]
    public void Titles_are_those_of_the_manual()
    {
        Assert.Equal("httpd: logger", Roles.Httpd.Find("logger")!.Title("httpd", 0));
        Assert.Equal("httpd: server 1", Roles.Httpd.Find("server")!.Title("httpd", 0));
        Assert.Equal("relayd: relay 2", Roles.Relayd.Find("relay")!.Title("relayd", 1));
    }

    [Fact]
    public void Only_the_packet_filter_keeps_a_capability() => Assert.Equal(
        ["pfe"],
        Roles.Httpd.Roles.Concat(Roles.Relayd.Roles).Where(role => role.Kept != Capabilities.None).Select(role => role.Name), StringComparer.Ordinal);

    [Fact]
    public void Processes_with_keys_have_an_account_of_their_own_and_no_file() => Assert.All(
        [Roles.Httpd.Find("keys")!, Roles.Httpd.Find("auth")!, Roles.Relayd.Find("keys")!],
        role => Assert.Equal((true, RootKind.Empty), (role.User.EndsWith("_keys", StringComparison.Ordinal), role.Root)));

    [Fact]
    public void The_packet_filter_has_channels_to_these_alone() => Assert.Equal(
        ["control", "hce", "relay"],
        Roles.Relayd.Roles.Where(role => RoleTable.AreConnected(role, Roles.Relayd.Find("pfe")!)).Select(role => role.Name),
        StringComparer.Ordinal);

    [Fact]
    public void A_channel_to_nowhere_is_refused() => Assert.Throws<ArgumentException>(
        () => new RoleTable(new Role("one", "www", RootKind.Empty, SyscallSet.Runtime) { Channels = ["two"] }));
}
