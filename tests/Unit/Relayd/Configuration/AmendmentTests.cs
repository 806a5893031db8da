using System;
using System.Linq;
using System.Net;

using Sluice.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class AmendmentTests
{
    private static readonly RelaydConfiguration _configuration = Loaded.Good(
        "table <hosts> { 192.0.2.11 192.0.2.12 parent 1 }\n" +
        "table <single> { 192.0.2.21 }\n" +
        "relay \"www\" {\nlisten on 192.0.2.1 port 80\nforward to <hosts> port 80 check tcp\nforward to <single> port 80 check tcp\n}\n");

    private static readonly Host _host = new() { Name = "192.0.2.13", Address = IPAddress.Parse("192.0.2.13"), Weight = 3, Retry = 2, Ttl = 9 };

    [Fact]
    public void A_host_is_added_behind_the_others_with_an_id_of_its_own()
    {
        RelaydConfiguration changed = new HostAddition(1, _host).Change(_configuration, out string refusal)!;

        Assert.Equal("", refusal);
        Assert.Equal(_host with { Id = 4 }, changed.Tables[0].Hosts[^1]);
        Assert.Equal(_configuration.Tables[1], changed.Tables[1]);
    }

    [Fact]
    public void A_host_is_removed_and_the_others_keep_their_ids()
    {
        RelaydConfiguration changed = new HostRemoval(2).Change(_configuration, out _)!;

        Assert.Equal([1], changed.Tables[0].Hosts.Select(host => host.Id));
    }

    [Theory]
    [InlineData(1, "other hosts have it for their parent")]
    [InlineData(3, "it is the only host of table single:80: disable the table instead")]
    [InlineData(4, "unknown host")]
    public void A_host_that_is_needed_is_not_removed(int id, string refusal)
    {
        Assert.Null(new HostRemoval(id).Change(_configuration, out string said));
        Assert.Equal(refusal, said);
    }

    [Fact]
    public void A_host_is_added_once()
    {
        RelaydConfiguration changed = new HostAddition(1, _host).Change(_configuration, out _)!;

        Assert.Null(new HostAddition(1, _host).Change(changed, out string said));
        Assert.Equal("table hosts:80 has 192.0.2.13 already", said);
        Assert.Null(new HostAddition(7, _host).Change(changed, out said));
        Assert.Equal("unknown table", said);
    }

    [Fact]
    public void What_was_written_is_read()
    {
        Assert.Equal(new HostAddition(2, _host), Amendment.Read(new HostAddition(2, _host).Write()));
        Assert.Equal(new HostRemoval(5), Amendment.Read(new HostRemoval(5).Write()));
    }

    [Fact]
    public void What_is_cut_or_of_no_kind_is_none()
    {
        byte[] written = new HostAddition(2, _host).Write();
        Assert.All(Enumerable.Range(0, written.Length), length => Assert.Null(Amendment.Read(written.AsSpan(0, length))));
        Assert.Null(Amendment.Read([9, .. written[1..]]));
    }
}
