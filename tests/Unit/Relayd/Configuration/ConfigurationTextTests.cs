using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Text;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class ConfigurationTextTests
{
    private const string T = "table <t> { 10.0.0.1 10.0.0.2 }\n";
    private const string R = "relay \"r\" {\nlisten on ::1 port 1\n";

    [Fact]
    public void Everything_reads_as_the_same() => Assert.Equal(Everything.Load(), Loaded.ThroughText(Everything.Load(), Everything.Host()));

    [Fact]
    public void It_looks_like_a_file_that_says_everything()
    {
        RelaydConfiguration configuration = Loaded.Good(
            "m = \"port 80\"\ntable <t> { 10.0.0.1 weight 2, www.example.org retry 1 }\ndns protocol \"d\"\n"
            + "http protocol \"p\" {\ntcp { nodelay splice }\nmatch header log\nblock from 10.0.0.0/8 path \"/x*\"\n}\n"
            + "relay \"r\" {\nlisten on eth0 $m\nprotocol \"p\"\nforward to <t> check tcp\n}\n");
        Assert.Equal(
            """
            interval 10
            prefork 3
            socket "/var/run/relayd.sock"
            timeout 200
            table <"t"> {
            	"10.0.0.1" weight 2
            	"www.example.org" retry 1 # 192.0.2.80
            }
            dns protocol "d"
            http protocol "p" {
            	tcp nodelay
            	match request header log
            	block request inet from "10.0.0.0"/8 path "/x*"
            }
            relay "r" {
            	listen on "192.0.2.1" port 80
            	listen on "2001:db8::1" port 80
            	forward to <"t"> check tcp mode roundrobin
            	protocol "p"
            	session timeout 600
            }

            """,
            ConfigurationText.Print(configuration));
    }

    [Fact]
    public void Protocols_are_printed_alone_too()
        => Assert.Equal(
            "tcp protocol \"p\" {\n\tpass request quick tagged \"A\"\n}\n",
            ConfigurationText.PrintProtocols(Loaded.Good("protocol \"p\" {\npass quick tagged A\n}\n" + R + "protocol \"p\"\nforward to nat lookup\n}\n")));

    [Theory]
    [InlineData(T + R + "forward to <t> port 1\n}\nredirect \"d\" {\nlisten on ::1 port 2\nforward to <t> check tcp\n}\nrelay \"s\" {\nlisten on ::1 port 3\nforward to <t> port 3\n}\n")]
    [InlineData(T + "router \"w\" {\nroute ::/0\nforward to <t> check icmp\n}\n" + R + "forward to <t> port 1\n}\nrouter \"v\" {\nroute ::/0\n}\n")]
    [InlineData(T + R + "forward to <t> port 1 timeout 9\n}\nredirect \"d\" {\nlisten on ::1 port 2\nforward to <t> port 1 check tcp timeout 9\nforward to <t> port 1 check tcp timeout 9\n}\n")]
    public void Sections_stand_in_an_order_that_gives_tables_their_ids(string text) => ReadsTheSame(text);

    [Theory]
    [InlineData("forward to <t> port 1\nforward to <t> port 1")]
    [InlineData("forward to <t> port 1 timeout 200\nforward to <t> port 1")]
    [InlineData("forward to <t> port 1\nforward to <t> port 1 timeout 200")]
    [InlineData("forward to <t> port 1 timeout 9\nforward to <t> port 1\nforward to <t> port 1\nforward to <t> port 1 timeout 9\nforward to <t> port 1 timeout 200")]
    public void Tables_are_shared_and_not_shared_as_before(string lines) => ReadsTheSame(T + R + lines + "\n}\n");

    [Theory]
    [InlineData("timeout 7\n" + T + "timeout 8\ntable <u> { ::1 }\n")]
    [InlineData("timeout 7\n" + T + "table <u> disable { ::1 }\ninterval 3\n")]
    public void Tables_keep_the_timeout_that_stood_above_them(string tables)
        => ReadsTheSame(tables + R + "forward to <u> port 2 timeout 3\nforward to <u> port 2 timeout 3\nforward to <t> port 1\nforward to <u> port 2\n}\n");

    [Theory]
    [InlineData("listen on ::1 port 2\nforward to <t> check tcp")]
    [InlineData("forward to <t> check tcp\nlisten on ::1 port 2\nforward to <t> check tcp\nforward to <t> port 9")]
    [InlineData("forward to <t> port 9\nlisten on eth0 port 1\nlisten on ::1 port 2\nforward to <t> check tcp\nlisten on ::1 port \"0\"")]
    public void A_table_has_the_port_of_the_listener_above_it(string lines) => ReadsTheSame(T + R + lines + "\n}\n");

    [Fact]
    public void A_relay_that_is_named_like_a_further_address_is_one_of_its_own()
        => ReadsTheSame(T + R + "forward to <t> port 1\n}\nrelay \"r2:2\" {\nlisten on ::1 port 2\nforward to <t> port 1\n}\n");

    [Theory]
    [InlineData("match tag A no tag")]
    [InlineData("match tag A no tag tag B\nmatch tagged A label \"x\" no label")]
    [InlineData("match tagged B tag A\nmatch no tag")]
    [InlineData("match request header append A\nmatch cookie log\nmatch cookie log \"*\"\nmatch header log \"*\" value \"x\"")]
    [InlineData("match query log url pattern digest 0123456789abcdef0123456789abcdef value pattern \"x\" path set \"/a\" value \"$HOST\"")]
    [InlineData("match header set A value \"a\\ b\\\" c\" cookie append c path append \"x\" path strip 3")]
    public void Rules_keep_their_meaning(string lines) => ReadsTheSame(Loaded.Protocol(lines));

    [Theory]
    [InlineData("check send \"a\\\\n\" expect \"\\n\\r*\\\\n\"")]
    [InlineData("check send \"\" expect \"\" tls")]
    [InlineData("check binary send nothing expect 00ff")]
    [InlineData("mode hash \"k\" mode random")]
    [InlineData("mode hash 0x00112233445566778899aabbccddeeff")]
    [InlineData("interval 40 demote \"g\" check script \"/x\"")]
    public void Uses_of_tables_keep_their_meaning(string options) => ReadsTheSame(T + R + "forward to <t> port 1 " + options + "\n}\n");

    [Theory]
    [InlineData("tls no tlsv1.2")]
    [InlineData("tls { no tlsv1, sslv3 }")]
    [InlineData("return error style \"\"")]
    [InlineData("include \"inner\"")]
    public void Protocols_keep_their_meaning(string line) => ReadsTheSame(Loaded.Protocol(line));

    [Fact]
    public void A_rule_sends_to_no_table_that_no_section_uses()
    {
        RelaydConfiguration configuration = Loaded.Good(T + "protocol \"p\" {\nmatch forward to <t>\n}\n" + R + "protocol \"p\"\nforward to ::2 port 1\n}\n");
        Assert.Null(configuration.Protocols[0].Rules[0].ForwardTo);
    }

    [Fact]
    public void Trusted_proxies_and_weights_keep_their_meaning()
        => ReadsTheSame("trusted-proxies { \"fe80::1%3/64\", 10.0.0.1 }\ntable <t> { ::1 weight 255 }\n" + R + "forward to <t> port 1\nlisten on ::1 port 4 proxy-protocol\nsession close on host down\n}\n");

    private static void ReadsTheSame(string text)
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Text(Loaded.Host().With("inner", "tcp no sack\n"), text));
        Assert.Equal(configuration, Loaded.ThroughText(configuration, Loaded.Host()));
    }
}
