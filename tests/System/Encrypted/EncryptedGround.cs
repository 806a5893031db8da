using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

using Sluice.System.Forwarding;
using Sluice.System.Ground;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Encrypted;

/// <summary>A relayd with relays that speak TLS with clients: of plain connections before a host that the test plays, of HTTP before an origin.</summary>
public sealed class EncryptedGround : IDisposable
{
    /// <summary>Plain connections, to the host that the test plays.</summary>
    public const int Tcp = 443;

    /// <summary>HTTP, with tickets and a staple.</summary>
    public const int Http = 444;

    /// <summary>HTTP, TLS 1.2 alone and the client's order of ciphers.</summary>
    public const int Old = 445;

    /// <summary>Plain connections of clients that have a certificate, to the host that the test plays.</summary>
    public const int Known = 446;

    /// <summary>Plain connections that may be idle for a second.</summary>
    public const int Impatient = 447;

    /// <summary>Plain connections, with a certificate by address and port.</summary>
    public const int ByAddress = 448;

    /// <summary>HTTP, TLS 1.3 alone.</summary>
    public const int New = 449;

    /// <summary>Plain connections, several certificates.</summary>
    public const int Several = 450;

    /// <summary>HTTP, to the host that the test plays.</summary>
    public const int Web = 451;

    private const string Certificates = "/etc/ssl";

    private static readonly (string Type, int Host) _played = ("", 11), _own = ("", 12), _ofHttp = ("http ", 12), _web = ("http ", 11);

    private readonly RelayGround _ground = new();
    private readonly Socket _listener;
    private readonly Origin _origin;
    private readonly Daemon _daemon;

    public EncryptedGround()
    {
        Pair a = Pair.Make(Place, "ecdsa", "a", "a.example"), b = Pair.Make(Place, "rsa", "b", "b.example"), c = Pair.Make(Place, "ed25519", "c", "*.wild.example");
        Pair byPort = Pair.Make(Place, "ecdsa", "byport", "by.port"), byAddress = Pair.Make(Place, "ecdsa", "byaddress", "by.address");
        Pair authority = Pair.Make(Place, "ecdsa", "authority", "authority");
        Client = authority.Issue(Place, "client", "/CN=client");
        Stranger = Pair.Make(Place, "ecdsa", "stranger", "stranger");
        string staple = Path.Combine(Place.Folder, "staple.der");
        File.WriteAllBytes(staple, [0x30, 0x03, 0x0a, 0x01, 0x01]);
        PutIntoPlace(byPort, byAddress);
        _listener = Place.Socket(AddressFamily.InterNetwork);
        _listener.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.11"), Backend.Port));
        _listener.Listen(64);
        _origin = new Origin(Place, "127.0.0.12", static message => new Answer($"HTTP/1.1 200 OK\r\nContent-Length: {message.Target.Length}\r\n\r\n{message.Target}", Afterwards.Keep));
        string keypair = Keypair("a", a);
        _daemon = _ground.Configure(
            "log connection\n"
            + Relay(Tcp, _played, keypair)
            + Relay(Several, _own, $"{keypair}{Keypair("b", b)}{Keypair("c", c)}")
            + Relay(Http, _ofHttp, $"{keypair}tls {{ keypair a ocsp \"{staple}\", session tickets }}\n")
            + Relay(Old, _ofHttp, $"{Keypair("b", b)}tls {{ no tlsv1.3, no cipher-server-preference }}\n")
            + Relay(Known, _played, $"{keypair}tls client ca \"{authority.Certificate}\"\n")
            + Relay(Impatient, _own, keypair, "session timeout 1\n")
            + Relay(ByAddress, _own, "tls tlsv1\n")
            + Relay(Web, _web, keypair)
            + Relay(New, _ofHttp, $"{keypair}tls no tlsv1.2\n")).Start();
    }

    internal Place Place => _ground.Place;

    /// <summary>A certificate of the authority of <see cref="Known"/>.</summary>
    internal Pair Client { get; }

    /// <summary>One of nobody.</summary>
    internal Pair Stranger { get; }

    /// <summary>A client of a relay of plain connections, and the end of its session at the host.</summary>
    internal (SecurePeer Client, Peer Host) Connect(Spoken version = Spoken.Any, int port = Tcp, X509Certificate2? certificate = null)
    {
        SecurePeer client = new(Place, port, certificate: certificate, protocol: "", version: version);
        return (client, Host());
    }

    /// <summary>The next session's end at the host.</summary>
    internal Peer Host()
    {
        Assert.True(_listener.Poll(Await.Usual, SelectMode.SelectRead), "the relay connects to its host");
        return new Peer(_listener.Accept());
    }

    /// <summary>Asks openssl(1) to shake hands; what it says, and whether that went well.</summary>
    internal (int Status, string Output) Shake(int port, params string[] words)
    {
        (int status, string output, _) = Place.Call("openssl", ["s_client", "-connect", $"127.0.0.1:{port}", .. words]);
        return (status, output);
    }

    /// <summary>Waits until no session is left, so that no test hears of another's.</summary>
    internal void AwaitNoSession() =>
        Await.Until(() => _ground.Control("show", "sessions").Output.Length == 0, Await.Usual, () => $"there is no session: {_ground.Control("show", "sessions").Output}{_daemon.Words()}");

    /// <summary>Waits for a line of the log with all of these.</summary>
    internal string AwaitLine(params string[] parts)
    {
        string? found = null;
        Await.Until(
            () => (found = _daemon.Said.FirstOrDefault(line => parts.All(part => line.Contains(part, StringComparison.Ordinal)))) is not null,
            Await.Usual,
            () => $"a line with {string.Join(" … ", parts)}: {_daemon.Words()}");
        return found!;
    }

    /// <summary>Runs relayctl(8).</summary>
    internal string Control(params string[] words) => _ground.Control(words).Output;

    public void Dispose()
    {
        _daemon.Dispose();
        _origin.Dispose();
        _listener.Dispose();
        _ground.Dispose();
    }

    internal static string Keypair(string name, Pair pair) =>
        $"tls {{ keypair {name} cert \"{pair.Certificate}\", keypair {name} key \"{pair.Key}\" }}\n";

    private static string Relay(int port, (string Type, int Host) kind, string protocol, string lines = "") =>
        $"{kind.Type}protocol \"p{port}\" {{\n{protocol}}}\n"
        + $"relay \"r{port}\" {{\nlisten on 127.0.0.1 port {port} tls\nprotocol \"p{port}\"\nforward to 127.0.0.{kind.Host} port {Backend.Port}\n{lines}}}\n";

    // As the files of an operator who names none.
    private void PutIntoPlace(Pair byPort, Pair byAddress)
    {
        string settings = Path.Combine(Place.Folder, "openssl.cnf");
        File.Copy(Path.Combine(Certificates, "openssl.cnf"), settings);
        Place.Tool("mount", "-t", "tmpfs", "certificates", Certificates);
        (string From, string To)[] files =
        [
            (settings, "openssl.cnf"),
            (byPort.Certificate, $"127.0.0.1:{ByAddress}.crt"),
            (byPort.Key, $"private/127.0.0.1:{ByAddress}.key"),
            (byAddress.Certificate, "127.0.0.1.crt"),
            (byAddress.Key, "private/127.0.0.1.key"),
        ];
        foreach ((string from, string to) in files)
        {
            Place.Tool("install", "-D", "-m", "600", from, Path.Combine(Certificates, to));
        }
    }
}
