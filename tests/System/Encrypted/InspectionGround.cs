using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Sluice.System.Ground;
using Sluice.System.Relays;

namespace Sluice.System.Encrypted;

/// <summary>A relayd that inspects what goes to hosts that speak TLS: the port of a relay says to which, and how.</summary>
public sealed class InspectionGround : IDisposable
{
    public const int Http = 444, Tcp = 445, BySystem = 446;

    /// <summary>HTTP, to a host that ends each connection behind its answer.</summary>
    public const int Leaving = 447;

    /// <summary>To hosts that prove nothing.</summary>
    public const int Expired = 451, SelfSigned = 452, Stranger = 453;

    /// <summary>To the same, with <c>inspect-invalid</c>.</summary>
    public const int ExpiredShown = 454, SelfSignedShown = 455, StrangerShown = 456, GoodShown = 457;

    /// <summary>To a host whose certificate is too long, to one that says nothing, and to one that is not there.</summary>
    public const int Huge = 458, Silent = 459, Absent = 460;

    private const int GoodHost = 8443, ExpiredHost = 8444, SelfSignedHost = 8445, StrangerHost = 8446, HugeHost = 8447, SilentHost = 8448, LeavingHost = 8449, AbsentHost = 8450;

    private static readonly TimeSpan _day = TimeSpan.FromDays(1);

    private readonly RelayGround _ground = new();
    private readonly Daemon _daemon;
    private readonly SecureHost _good;
    private readonly Pair _world;
    private readonly List<SecureHost> _hosts = [];
    private SecureHost _leaving;

    public InspectionGround()
    {
        Authority = Pair.Make(Place, "ecdsa", "inspecting", "inspecting");
        Own = Pair.Make(Place, "ecdsa", "own", "own");
        _world = Pair.Make(Place, "ecdsa", "world", "world");
        Pair other = Pair.Make(Place, "ecdsa", "other", "other");
        Place.Tool("mount", "-t", "tmpfs", "authorities", "/etc/ssl/certs");
        Place.Tool("install", "-m", "644", _world.Certificate, "/etc/ssl/certs/ca-certificates.crt");
        _good = new SecureHost(Place, GoodHost, SecureManner.Http, Issue("good", _world, _day, "www.example", "*.wild.example"));
        Host(ExpiredHost, SecureManner.Http, Issue("expired", _world, -_day, "www.example"));
        Host(SelfSignedHost, SecureManner.Http, Pair.Make(Place, "rsa", "self", "www.example"));
        Host(StrangerHost, SecureManner.Http, Issue("stranger", other, _day, "www.example"));
        Host(HugeHost, SecureManner.Http, Issue("huge", _world, _day, [.. Enumerable.Range(0, 1500).Select(static number => $"host{number}.example")]));
        Host(SilentHost, SecureManner.Silent);
        _leaving = new SecureHost(Place, LeavingHost, SecureManner.HttpOnce, Issue("leaving", _world, _day, "www.example"));
        string keypair = EncryptedGround.Keypair("k", Own) + EncryptedGround.Keypair("second", Pair.Make(Place, "rsa", "second", "second"));
        string inspecting = $"{keypair}tls {{ ca cert \"{Authority.Certificate}\", ca key \"{Authority.Key}\" password \"\", session tickets }}\n";
        string known = $"{inspecting}tls ca file \"{_world.Certificate}\"\n";
        string[] parts =
        [
            $"http protocol \"http\" {{\n{known}return error\nhttp reuse\n}}\n",
            $"protocol \"tcp\" {{\n{known}}}\n",
            $"protocol \"system\" {{\n{inspecting}}}\n",
            $"protocol \"shown\" {{\n{known}tls inspect-invalid\n}}\n",
            Relay(Http, "http", GoodHost),
            Relay(Tcp, "tcp", GoodHost),
            Relay(BySystem, "system", GoodHost),
            Relay(Leaving, "http", LeavingHost),
            Relay(Expired, "tcp", ExpiredHost),
            Relay(SelfSigned, "http", SelfSignedHost),
            Relay(Stranger, "system", StrangerHost),
            Relay(ExpiredShown, "shown", ExpiredHost),
            Relay(SelfSignedShown, "shown", SelfSignedHost),
            Relay(StrangerShown, "shown", StrangerHost),
            Relay(GoodShown, "shown", GoodHost),
            Relay(Huge, "tcp", HugeHost),
            Relay(Silent, "http", SilentHost, "session timeout 1\n"),
            Relay(Absent, "http", AbsentHost),
        ];
        _daemon = _ground.Configure("log connection\n" + string.Concat(parts)).Start();
    }

    /// <summary>That which inspects.</summary>
    internal Pair Authority { get; }

    /// <summary>The first of the relays' two.</summary>
    internal Pair Own { get; }

    internal Place Place => _ground.Place;

    /// <summary>How many handshakes the good host has had.</summary>
    internal int Handshakes => _good.Names.Count;

    /// <summary>Asks curl(1) for a page of a host by its name; where it trusts, it trusts the authority that inspects alone.</summary>
    internal (int Status, string Output) Ask(int port, string host, params string[] words)
    {
        (int status, string output, _) = Place.Call("curl", ["-s", "--max-time", "10", "--cacert", Authority.Certificate, "--resolve", $"{host}:{port}:127.0.0.1", .. words, $"https://{host}:{port}/"]);
        return (status, output);
    }

    /// <summary>How curl(1) ends that takes any certificate, and what it was told by the alert that ended its handshake.</summary>
    internal (int Status, string Alert) Refusal(int port, string host)
    {
        (int status, _, string errors) = Place.Call("curl", ["-sSk", "--max-time", "10", "--resolve", $"{host}:{port}:127.0.0.1", $"https://{host}:{port}/"]);
        return (status, errors.Trim().Split(':')[^1]);
    }

    /// <summary>What openssl(1) says of a session in which it asks for a page.</summary>
    internal string Shake(params string[] words)
    {
        string request = Path.Combine(Place.Folder, "request");
        File.WriteAllText(request, "GET / HTTP/1.1\r\nHost: www.example\r\nConnection: close\r\n\r\n");
        string command = $"exec openssl s_client -ign_eof -connect 127.0.0.1:{Http} -servername www.example {string.Join(' ', words)} < {request}";
        return Place.Call("/bin/sh", "-c", command).Output;
    }

    /// <summary>Waits for a line of the log with all of these.</summary>
    internal void AwaitLine(params string[] parts) => Await.Until(
        () => _daemon.Said.Any(line => parts.All(part => line.Contains(part, StringComparison.OrdinalIgnoreCase))),
        Await.Usual,
        () => $"a line with {string.Join(" … ", parts)}: {_daemon.Words()}");

    /// <summary>The host of <see cref="Leaving"/> has another certificate from now on, of the same authority and for the same name.</summary>
    internal void Replace()
    {
        _leaving.Dispose();
        _leaving = new SecureHost(Place, LeavingHost, SecureManner.HttpOnce, Issue("next", _world, _day, "www.example"));
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _good.Dispose();
        _leaving.Dispose();
        _hosts.ForEach(static host => host.Dispose());
        _ground.Dispose();
    }

    private void Host(int port, SecureManner manner, Pair? pair = null)
    {
        SecureHost host = new(Place, port, manner, pair);
        _hosts.Add(host);
    }

    private Pair Issue(string file, Pair issuer, TimeSpan left, params string[] names)
    {
        Pair pair = new(Path.Combine(Place.Folder, $"{file}.crt"), Path.Combine(Place.Folder, $"{file}.key"));
        using X509Certificate2 authority = X509Certificate2.CreateFromPemFile(issuer.Certificate, issuer.Key);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder alternatives = new();
        Array.ForEach(names, alternatives.AddDnsName);
        request.CertificateExtensions.Add(alternatives.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.Create(authority.SubjectName, X509SignatureGenerator.CreateForECDsa(authority.GetECDsaPrivateKey()!), now - (2 * _day), now + left, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(pair.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(pair.Key, key.ExportPkcs8PrivateKeyPem());
        return pair;
    }

    private static string Relay(int port, string protocol, int host, string lines = "") =>
        $"relay \"r{port}\" {{\nlisten on 127.0.0.1 port {port} tls\nprotocol \"{protocol}\"\nforward with tls to 127.0.0.1 port {host}\n{lines}}}\n";
}
