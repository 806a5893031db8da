using Sluice.Relayd.Configuration;
using Sluice.Unit.Fakes;

namespace Sluice.Unit.Relayd.Configuration;

/// <summary>A configuration in which each option of the language stands once, with a value that is not its default.</summary>
internal static class Everything
{
    private const string Text = """
        interval 7
        timeout 900
        prefork 5
        socket "/socket"
        agentx context "context" path "/agent"
        log host checks
        log connection errors
        log level brief
        trusted-proxies { "192.0.2.0/28", "2001:db8::/64" }
        table <a> disable { 10.0.0.1 weight 9 retry 2 ip ttl 7 priority 12, "fe80::1%3" parent 1 }
        table <b> { 10.0.0.3 }
        redirect "redirect" {
            listen on 192.0.2.9 udp port 7:9 interface eth0 pflog
            forward to <a> port 1 check http "/secret-path" host "secret-host" code 204 mode source-hash "x" timeout 5 interval 14 demote "group"
            forward to <b> port 1 check https "/" digest "0123456789abcdef0123456789abcdef" mode source-hash "y"
            match pftag "packets"
            hairpin { "192.0.2.0/28", "2001:db8::/64" }
            sticky-address
            session timeout 9
            disable
        }
        redirect "route" {
            listen on 192.0.2.9 port 99
            route to <b> check script "/secret-script" interface e0
            pftag "others" mark 0x100 mask 0xff00
        }
        http protocol "http" {
            tcp { no nodelay, sack, backlog 7, socket buffer 9, ip minttl 3, no splice }
            tcp ip "ttl" 4
            tls { no tlsv1.2, ciphers "c", ecdhe "X25519", edh, no cipher-server-preference, session tickets from "/tickets", ca file "/ca-file" }
            tls { client ca "/client-ca", ca cert "/ca-cert", ca key "/ca-key" password "secret-password" }
            tls { keypair k, keypair k ocsp "/staple", inspect-invalid }
            http { headerlen 9, websockets, forwarded, request id header "X-Name" }
            return maintenance retry 7
            return error style "style"
            block response quick inet from 10.0.0.0/8 to 10.0.0.1 header "secret-*" value "x" cookie remove pattern "y" label "label" tag "tag"
            pass request inet6 method GET url digest "0123456789abcdef0123456789abcdef" path strip 2 tagged "tag" forward to <b> no label
            block url "one.example/"
            block url "two.example/"
            match query hash "q" path set "a" value "$HOST"
        }
        protocol "tcp" {
            block quick sni "*.example"
        }
        dns protocol "dns"
        relay "relay" {
            listen on 192.0.2.8 port 443 tls proxy-protocol
            listen on 192.0.2.8 port 80
            protocol "http"
            forward with tls to <a> port 2 check binary send "00" expect "ff" tls mode hash "z"
            transparent forward to nat lookup retry 4 inet6 64:ff9b:: proxy-protocol v2
            forward to <b> check send "secret-data" expect "*" mode loadbalance
            forward to 192.0.2.3 port 5 retry 4
            session timeout 8
            session close on host down
            disable
        }
        relay "plain" {
            listen on ::1 port 53
            protocol "dns"
            forward to <b> port 2 check dns "secret.example"
        }
        router "router" {
            route 10.0.0.0/8
            route 0.0.0.0/0
            forward to <b> check icmp
            rtable 3
            rtlabel "route-label"
            disable
        }
        router "none" {
            route 2001:db8::/32
        }
        """;

    public static RelaydConfiguration Load() => Loaded.Good(Loaded.Text(Host(), Text));

    public static StubHost Host() => Loaded.Host()
        .With("/etc/ssl/k.crt", "").With("/etc/ssl/private/k.key", "").With("/staple", "")
        .With("/ca-file", "").With("/client-ca", "").With("/ca-cert", "").With("/ca-key", "").With("/tickets", new string('t', 32));
}
