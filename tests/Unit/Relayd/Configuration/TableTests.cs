using System;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Relayd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class TableTests
{
    private const string TwoRelays = "table <t> { 10.0.0.1 10.0.0.2 }\nrelay \"a\" {\nlisten on ::1 port 1\nforward to <t> port 80\n}\n"
        + "relay \"b\" {\nlisten on ::1 port 2\nforward to <t> port 80\n}\n";

    [Theory]
    [InlineData("../x")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("")]
    public void A_group_is_part_of_the_name_of_a_file(string group) =>
        Assert.Contains($"error initializing group '{group}': A group has letters", Loaded.Said(Loaded.Relay($"forward to <hosts> port 80 check tcp demote \"{group}\"")), StringComparison.Ordinal);

    [Fact]
    public void A_host_has_its_options()
    {
        Host host = Loaded.Good("table <t> { 10.0.0.1 ip ttl 9 priority 12 retry 2\n 10.0.0.2 parent 1, 10.0.0.3 }\nrelay \"a\" {\nlisten on ::1 port 1\nforward to <t> port 1\n}\n").Tables[0].Hosts[0];
        Assert.Equal(new Host { Id = 1, Name = "10.0.0.1", Address = IPAddress.Parse("10.0.0.1"), Ttl = 9, Priority = 12, Retry = 2 }, host);
    }

    [Fact]
    public void A_host_keeps_its_name_and_has_the_first_of_its_addresses()
    {
        LoadResult<RelaydConfiguration> result = Loaded.Text("table <t> { www.example.org }\nrelay \"a\" {\nlisten on ::1 port 1\nforward to <t> port 1\n}\n");
        Assert.Equal(("www.example.org", IPAddress.Parse("192.0.2.80")), (Loaded.Good(result).Tables[0].Hosts[0].Name, Loaded.Good(result).Tables[0].Hosts[0].Address));
        Assert.Contains("www.example.org resolves to more than 1 hosts", Loaded.Said(result), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_has_a_weight_which_is_one_where_nothing_is_said()
        => Assert.Equal([3, 255, 1, 2], WeightsOf("10.0.0.1 weight 3 10.0.0.2 retry 1 weight 255 ip ttl 3, 10.0.0.3\n10.0.0.4 weight 2 priority 1"));

    [Fact]
    public void A_host_may_be_named_weight()
    {
        StubHost host = Loaded.Host();
        host.Names["weight"] = [IPAddress.Parse("192.0.2.70")];
        Table table = Loaded.Good(Loaded.Text(host, Weighed("weight weight 2 10.0.0.1 retry 1 weight retry 2\nweight, weight weight\nweight"))).Tables[0];
        Assert.Equal(["weight", "10.0.0.1", "weight", "weight", "weight", "weight", "weight"], table.Hosts.Select(host => host.Name), StringComparer.Ordinal);
        Assert.Equal([2, 1, 1, 1, 1, 1, 1], table.Hosts.Select(host => host.Weight));
        Assert.Equal([0, 1, 2, 0, 0, 0, 0], table.Hosts.Select(host => host.Retry));
    }

    [Theory]
    [InlineData("10.0.0.1 weight 2 weight 3", "weight already set")]
    [InlineData("10.0.0.1 weight", "invalid host weight")]
    [InlineData("10.0.0.1, weight 3", "invalid host weight")]
    public void A_wrong_weight_is_a_mistake(string hosts, string message)
        => Assert.Contains(message, Loaded.Said(Weighed(hosts)), StringComparison.Ordinal);

    [Fact]
    public void Each_use_has_hosts_of_its_own_whose_ids_run_on()
        => Assert.Equal([1, 2, 3, 4], Loaded.Good(TwoRelays).Tables.SelectMany(table => table.Hosts).Select(host => host.Id));

    [Fact]
    public void Uses_that_say_the_same_with_a_timeout_of_their_own_share_a_table()
    {
        RelaydConfiguration configuration = Loaded.Good("table <t> { 10.0.0.1 }\nrelay \"a\" {\nlisten on ::1 port 1\nforward to <t> port 80 timeout 300 check tcp\n}\n"
            + "relay \"b\" {\nlisten on ::1 port 2\nforward to <t> port 80 timeout 300 check tcp\n}\nrelay \"c\" {\nlisten on ::1 port 3\nforward to <t> port 80 timeout 300 check icmp\n}\n");
        Assert.Equal([1, 1, 2], configuration.Relays.Select(relay => relay.Forward.Tables[0].TableId));
    }

    [Fact]
    public void A_table_without_a_port_has_that_of_the_last_listener_above()
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Relay("listen on 192.0.2.1 port 81\nforward to <hosts> check tcp"));
        Assert.Equal(("hosts:81", 81, false), (configuration.Tables[0].Name, configuration.Tables[0].Port, configuration.Tables[0].HasOwnPort));
    }

    [Fact]
    public void An_interval_is_counted_in_rounds()
        => Assert.Equal(4, Loaded.Good(Loaded.Relay("forward to <hosts> port 80 check tcp interval 40")).Tables[0].Rounds);

    [Theory]
    [InlineData("interval 5")]
    [InlineData("interval 15")]
    public void An_interval_that_is_no_multiple_is_a_mistake(string option)
        => Assert.Contains("table interval must be divisible by global interval", Loaded.Said(Loaded.Relay($"forward to <hosts> port 80 check tcp {option}")), StringComparison.Ordinal);

    [Fact]
    public void A_timeout_that_is_not_below_the_interval_is_a_mistake()
        => Assert.Contains("table timeout exceeds interval: hosts:80", Loaded.Said(Loaded.Relay("forward to <hosts> port 80 check tcp timeout 10000")), StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.1 parent 1")]
    [InlineData("10.0.0.1 10.0.0.2 parent 7")]
    public void A_parent_is_another_host(string hosts)
        => Assert.Contains("host parent id", Loaded.Said($"table <t> {{ {hosts} }}\nrelay \"a\" {{\nlisten on ::1 port 1\nforward to <t> port 1\n}}\n"), StringComparison.Ordinal);

    [Fact]
    public void A_disabled_table_is_known_as_such()
        => Assert.True(Loaded.Good("table <t> disable { 10.0.0.1 }\nrelay \"a\" {\nlisten on ::1 port 1\nforward to <t> port 1\n}\n").Tables[0].IsDisabled);

    [Fact]
    public void A_misspelled_table_is_guessed()
        => Assert.Contains("unknown table hots: Did you mean hosts?", Loaded.Said(Loaded.Relay("forward to <hots> port 80")), StringComparison.Ordinal);

    [Fact]
    public void A_misspelled_option_is_guessed()
        => Assert.Contains("Did you mean check?", Loaded.Said(Loaded.Relay("forward to <hosts> port 80 chek tcp")), StringComparison.Ordinal);

    [Theory]
    [InlineData("roundrobin", "RoundRobin")]
    [InlineData("random", "Random")]
    [InlineData("loadbalance", "LoadBalance")]
    [InlineData("hash", "Hash")]
    [InlineData("source-hash", "SourceHash")]
    public void A_relay_has_these_modes(string word, string mode)
        => Assert.Equal(mode, Loaded.Good(Loaded.Relay($"forward to <hosts> port 80 mode {word}")).Relays[0].Forward.Tables[0].Mode.ToString());

    [Fact]
    public void The_bytes_of_each_number_of_a_key_stand_from_last_to_first()
        => Assert.Equal("33221100" + "77665544" + "BBAA9988" + "FFEEDDCC", Convert.ToHexString(KeyOf("0x00112233445566778899aabbccddeeff")));

    [Fact]
    public void Any_other_key_is_the_md5_of_the_text() => Assert.Equal("98500190" + "B04FD23C" + "7D3F96D6" + "727FE128", Convert.ToHexString(KeyOf("abc")));

    [Fact]
    public void Without_a_key_one_is_drawn_later() => Assert.Empty(Loaded.Good(Loaded.Relay("forward to <hosts> port 80 mode hash")).Relays[0].Forward.Tables[0].Key);

    private static string Weighed(string hosts) => $"table <t> {{ {hosts} }}\nrelay \"a\" {{\nlisten on ::1 port 1\nforward to <t> port 1\n}}\n";

    private static int[] WeightsOf(string hosts) => [.. Loaded.Good(Weighed(hosts)).Tables[0].Hosts.Select(host => host.Weight)];

    private static byte[] KeyOf(string key) => [.. Loaded.Good(Loaded.Relay($"forward to <hosts> port 80 mode hash {key}")).Relays[0].Forward.Tables[0].Key];
}
