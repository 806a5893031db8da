using System;

using Sluice.Relayd.Processes;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Processes;

public sealed class ForwardingChecksTests
{
    [Fact]
    public void What_is_off_is_named_for_the_families_that_need_it()
    {
        string[] warnings = [.. ForwardingChecks.Warnings(Loaded.Good(Loaded.Redirect("forward to <hosts> check tcp")), static _ => "0")];

        Assert.Equal(2, warnings.Length);
        Assert.Contains("sysctl -w net.ipv4.ip_forward=1", warnings[0], StringComparison.Ordinal);
        Assert.Contains("nf_conntrack_max", warnings[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1000000")]
    [InlineData(null)]
    public void What_is_on_or_not_there_is_not(string? value) =>
        Assert.Empty(ForwardingChecks.Warnings(Loaded.Good(Loaded.Redirect("listen on ::1 port 1\nforward to <hosts> check tcp")), _ => value));

    [Fact]
    public void Direct_server_return_needs_nothing() =>
        Assert.Empty(ForwardingChecks.Warnings(Loaded.Good(Loaded.Redirect("route to <hosts> check tcp interface eth0")), static _ => "0"));

    [Fact]
    public void Without_redirections_nothing_is_asked() =>
        Assert.Empty(ForwardingChecks.Warnings(Loaded.Good(Loaded.Relay("forward to <hosts> port 80")), static setting => throw new InvalidOperationException(setting)));
}
