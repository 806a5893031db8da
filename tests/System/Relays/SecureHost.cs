using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;

using Sluice.System.Ground;

namespace Sluice.System.Relays;

/// <summary>How a host that speaks TLS treats its clients.</summary>
internal enum SecureManner
{
    /// <summary>Sends back what comes, and its end.</summary>
    Echo,

    /// <summary>Answers each request of HTTP with the name that it was told.</summary>
    Http,

    /// <summary>The same, and ends the connection behind each answer.</summary>
    HttpOnce,

    /// <summary>Sends a word, and is gone without saying that this was all.</summary>
    Truncate,

    /// <summary>Says nothing at all.</summary>
    Silent,
}

/// <summary>A host behind relayd that speaks TLS, by .NET.</summary>
internal sealed class SecureHost : IDisposable
{
    private readonly Socket _listener;
    private readonly SecureManner _manner;
    private readonly SslStreamCertificateContext? _certificate;

    public SecureHost(Place place, int port, SecureManner manner, Pair? pair = null)
    {
        _manner = manner;
        if (pair is not null)
        {
            using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(pair.Certificate, pair.Key);
            _certificate = SslStreamCertificateContext.Create(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null), additionalCertificates: null, offline: true);
        }

        _listener = place.Socket(AddressFamily.InterNetwork);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(64);
        new Thread(Accept) { IsBackground = true, Name = $"host {port}" }.Start();
    }

    /// <summary>The names that clients told it, one for each handshake that succeeded.</summary>
    public ConcurrentQueue<string> Names { get; } = [];

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket client = _listener.Accept();
                new Thread(() => Serve(client)) { IsBackground = true, Name = "client of host" }.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Serve(Socket client)
    {
        try
        {
            using NetworkStream inner = new(client, ownsSocket: true);
            if (_certificate is null)
            {
                inner.CopyTo(Stream.Null);
                return;
            }

            using SslStream stream = new(inner);
            stream.AuthenticateAsServer(new SslServerAuthenticationOptions { ServerCertificateContext = _certificate });
            Names.Enqueue(stream.TargetHostName);
            switch (_manner)
            {
                case SecureManner.Echo:
                    stream.CopyTo(stream, 256 * 1024);
                    stream.ShutdownAsync().GetAwaiter().GetResult();
                    client.Shutdown(SocketShutdown.Send);
                    inner.CopyTo(Stream.Null);
                    break;
                case SecureManner.Truncate:
                    stream.Write("HTTP/1.1 200 OK\r\n\r\nsome"u8);
                    client.Shutdown(SocketShutdown.Send);
                    inner.CopyTo(Stream.Null);
                    break;
                default:
                    Answer(stream, _manner == SecureManner.HttpOnce ? 1 : int.MaxValue);
                    break;
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or global::System.Security.Authentication.AuthenticationException)
        {
            // The client is gone, or did not like the certificate.
        }
    }

    private static void Answer(SslStream stream, int requests)
    {
        using StreamReader reader = new(stream, Encoding.ASCII);
        for (string? line; requests > 0 && (line = reader.ReadLine()) is not null;)
        {
            if (line.Length == 0)
            {
                requests--;
                string body = stream.TargetHostName;
                stream.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            }
        }
    }
}
