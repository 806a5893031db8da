using System;
using System.IO;
using System.Net.Sockets;
using System.Text;

using Sluice.System.Ground;
using Sluice.System.Redirections;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Transparent;

/// <summary>A client, a balancer with relays of each of these kinds, and a server, each in a network of its own. The balancer has the rules that relayctl shows, and no other.</summary>
public sealed class TransparentGround : IDisposable
{
    internal const int Plain = 8000;
    internal const int Http = 8001;
    internal const int Diverted = 8002;
    internal const int DivertedTransparent = 8003;
    internal const int Translated = 8004;
    internal const int Mapped = 8005;
    internal const int MappedDiverted = 8006;
    internal const int WithFallback = 8007;
    internal const int OtherFamily = 8008;
    internal const int TransparentNames = 5353;
    internal const int MappedNames = 5354;
    internal const int Port = 8080;

    internal const string Server = "10.1.1.2";
    internal const string Server6 = "fd01:1::2";
    internal const string Client = "10.0.0.2";
    internal const string Client6 = "fd00::2";

    // The balancer, as the server sees it, and as the client does.
    internal const string Balancer = "10.1.1.1";
    internal const string Balancer6 = "fd01:1::1";
    internal const string Near = "10.0.0.1";
    internal const string Near6 = "fd00::1";

    /// <summary>The server's address of IPv4 in IPv6.</summary>
    internal const string Mapping = "64:ff9b::a01:102";

    private readonly Mirror _mirror;

    public TransparentGround()
    {
        Place server = Network.Hosts[0].Place;
        server.Tool("ip", "address", "add", $"{Mapping}/128", "dev", "lo", "nodad");
        Network.Balancer.Tool("ip", "route", "add", $"{Mapping}/128", "via", Server6);
        _mirror = new Mirror(server)
            .At(Server, Port, Diverted, DivertedTransparent, Translated, MappedDiverted, WithFallback)
            .At(Server6, Port, Diverted, DivertedTransparent, Translated)
            .At(Mapping, Port)
            .NamesAt(Server)
            .NamesAt(Server6);
        File.WriteAllText(Configuration, Text);
        Daemon = Daemon.Start(Network.Balancer, Configuration, "relayd");
        Rules = Control("show", "rules").Output;
        Apply(Rules);
    }

    internal Network Network { get; } = new();

    internal Daemon Daemon { get; private set; }

    /// <summary>What relayctl shows.</summary>
    internal string Rules { get; }

    internal string Configuration => Path.Combine(Network.Balancer.Folder, "relayd.conf");

    internal string Text => $"""
        socket "{Path.Combine(Network.Balancer.Folder, "relayd.sock")}"
        log connection
        prefork 2
        http protocol "web" {'{'}
        pass
        {'}'}
        dns protocol "lookups"
        {Relay("plain", Network.Virtual, Plain, $"transparent forward to {Server} port {Port}")}
        {Relay("plain6", Network.Virtual6, Plain, $"transparent forward to {Server6} port {Port}")}
        {Relay("http", Network.Virtual, Http, $"protocol web\ntransparent forward to {Server} port {Port}")}
        {Relay("http6", Network.Virtual6, Http, $"protocol web\ntransparent forward to {Server6} port {Port}")}
        {Relay("names", Network.Virtual, TransparentNames, $"protocol lookups\ntransparent forward to {Server} port 53")}
        {Relay("names6", Network.Virtual6, TransparentNames, $"protocol lookups\ntransparent forward to {Server6} port 53")}
        {Relay("diverted", "127.0.0.1", Diverted, "forward to destination")}
        {Relay("diverted6", "::1", Diverted, "forward to destination")}
        {Relay("both", "127.0.0.1", DivertedTransparent, "transparent forward to destination")}
        {Relay("both6", "::1", DivertedTransparent, "transparent forward to destination")}
        {Relay("translated", Near, Translated, "forward to nat lookup")}
        {Relay("translated6", Near6, Translated, "forward to nat lookup")}
        {Relay("fallback", Near, WithFallback, $"forward to nat lookup\nforward to {Server} port {Port}")}
        {Relay("meant", "127.0.0.1", 53, "protocol lookups\nforward to destination")}
        {Relay("meant6", "::1", 53, "protocol lookups\nforward to nat lookup")}
        {Relay("to6", Network.Virtual, Mapped, $"forward to {Server} port {Port} inet6 64:ff9b::")}
        {Relay("to4", Network.Virtual6, Mapped, $"forward to {Mapping} port {Port} inet")}
        {Relay("names4", Network.Virtual6, MappedNames, $"protocol lookups\nforward to {Mapping} port 53 inet")}
        {Relay("nat64", "::1", MappedDiverted, "forward to destination inet")}
        {Relay("wrong", Network.Virtual, OtherFamily, $"transparent forward to {Server6} port {Port}")}

        """;

    internal (int Status, string Output, string Errors) Control(params string[] words) =>
        Network.Balancer.Call(Place.Program("relayctl"), ["-s", Path.Combine(Network.Balancer.Folder, "relayd.sock"), .. words]);

    /// <summary>Runs what relayctl shows, as the manual says.</summary>
    internal void Apply(string rules) => Network.Balancer.Tool("/bin/sh", "-c", rules);

    /// <summary>Works by another configuration.</summary>
    internal void Reload(string text)
    {
        File.WriteAllText(Configuration, text);
        (int status, _, string errors) = Control("reload");
        Assert.Equal((0, ""), (status, errors));
    }

    internal void StartAgain()
    {
        Daemon.Dispose();
        Daemon = Daemon.Start(Network.Balancer, Configuration, "relayd");
    }

    /// <summary>Whom the server sees, and where.</summary>
    internal string Ask(int port, string to, string from = Client)
    {
        using Socket client = Network.Connect(port, from, to);
        return Say(client, "?\n");
    }

    /// <summary>Whether the relay closes a connection that says something, which is not read.</summary>
    internal static bool IsClosed(Socket client)
    {
        try
        {
            return Say(client, "?\n").Length == 0;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    /// <summary>What comes back for some words; empty where the connection is closed.</summary>
    internal static string Say(Socket client, string words)
    {
        byte[] answer = new byte[4096];
        _ = client.Send(Encoding.ASCII.GetBytes(words));
        int read = client.Receive(answer);
        return Encoding.ASCII.GetString(answer, 0, read).TrimEnd();
    }

    /// <summary>The text of a name; the socket is closed behind it.</summary>
    internal string AskName(int port, string to, string? from = null)
    {
        using Socket client = Network.Datagrams(port, to, from);
        client.ReceiveTimeout = (int)Await.Usual.TotalMilliseconds;
        _ = client.Send(Names.Query(7, "who.test"));
        byte[] answer = new byte[512];
        return Names.TextOf(answer.AsSpan(0, client.Receive(answer)));
    }

    public void Dispose()
    {
        Daemon.Dispose();
        _mirror.Dispose();
        Network.Dispose();
    }

    private static string Relay(string name, string listen, int port, string lines) => $"relay \"{name}\" {{\nlisten on {listen} port {port}\n{lines}\n}}";
}
