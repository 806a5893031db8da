using System;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using Xunit.Sdk;

namespace Sluice.System.Ground;

/// <summary>A client's end of a connection with TLS, by .NET; it takes any certificate and says which it was.</summary>
internal sealed class SecurePeer : IDisposable
{
    private readonly Peer _peer;
    private readonly SslStream _stream;

    public SecurePeer(Place place, int port, string host = "", X509Certificate2? certificate = null, string protocol = "http/1.1", Writes writes = Writes.Whole, Spoken version = Spoken.Any)
    {
        _peer = new Peer(place, port);
        _peer.Socket.NoDelay = writes != Writes.Gathered;
        _stream = new SslStream(new SocketStream(_peer.Socket, writes), leaveInnerStreamOpen: false);
        try
        {
            _stream.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                EnabledSslProtocols = ProtocolsOf(version),
                ApplicationProtocols = protocol.Length == 0 ? null : [new SslApplicationProtocol(protocol)],
                ClientCertificates = certificate is null ? null : [certificate],
                LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
#pragma warning disable CA5359 // Tests make their certificates themselves, and ask which one came.
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                AllowTlsResume = false,
            });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The host that the server's certificate is for.</summary>
    public string ServerName => Certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    /// <summary>The server's certificate.</summary>
    public X509Certificate2 Certificate => X509CertificateLoader.LoadCertificate(_stream.RemoteCertificate!.Export(X509ContentType.Cert));

    public string Protocol => _stream.NegotiatedApplicationProtocol.ToString();

    public SslProtocols Version => _stream.SslProtocol;

    /// <summary>Asks for a path and gives the answer: its head, and its body as text.</summary>
    public (string Head, string Body) Get(string path, string host = "test", string fields = "")
    {
        _stream.Write(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n"));
        byte[] block = new byte[16384];
        int count = 0, end;
        while ((end = block.AsSpan(0, count).IndexOf("\r\n\r\n"u8)) < 0)
        {
            count += Fill(ref block, count);
        }

        string head = Encoding.Latin1.GetString(block, 0, end + 4);
        for (int whole = head.Length + (Heads.Length(head) ?? 0); count < whole;)
        {
            count += Fill(ref block, count);
        }

        return (head, Encoding.Latin1.GetString(block, head.Length, count - head.Length));
    }

    public void Send(string text) => _stream.Write(Encoding.ASCII.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

    /// <summary>Everything up to the empty line and with it.</summary>
    public string Head()
    {
        StringBuilder head = new();
        for (int next; !head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal); head.Append((char)next))
        {
            next = _stream.ReadByte();
            if (next < 0)
            {
                throw new XunitException($"the connection ended in a head, after: {head}");
            }
        }

        return head.ToString();
    }

    /// <summary>What comes, so many bytes.</summary>
    public byte[] Exactly(int count)
    {
        byte[] taken = new byte[count];
        _stream.ReadExactly(taken);
        return taken;
    }

    /// <summary>What comes until the other side says its end; that something is cut off is a failure.</summary>
    public byte[] ToEnd()
    {
        using MemoryStream rest = new();
        _stream.CopyTo(rest);
        return rest.ToArray();
    }

    /// <summary>Says that this side sends no more, and goes on reading. Nobody may be reading meanwhile: .NET's stream fails then, now and again.</summary>
    public void EndOutput()
    {
        _stream.ShutdownAsync().GetAwaiter().GetResult();
        _peer.EndOutput();
    }

    /// <summary>Closes it with a reset.</summary>
    public void Reset() => _peer.Reset();

    /// <summary>What comes first of an answer: a record, with its head.</summary>
    public string Begin()
    {
        byte[] record = new byte[16384];
        return Encoding.Latin1.GetString(record, 0, _stream.Read(record));
    }

    /// <summary>Sends bytes that are no records of this connection.</summary>
    public void SendDamaged(byte[] records) => _peer.Send(records);

    /// <summary>How many bytes come until the server ends or breaks the connection.</summary>
    public int CountToEndOrReset()
    {
        byte[] rest = new byte[16384];
        int sum = 0;
        try
        {
            for (int count; (count = _stream.Read(rest)) > 0;)
            {
                sum += count;
            }
        }
        catch (IOException)
        {
            // Broken.
        }

        return sum;
    }

    /// <summary>Ends the connection without the word by which TLS ends.</summary>
    public void EndWithoutWord() => _peer.EndOutput();

    /// <summary>The server has ended the connection, and has said so.</summary>
    public bool IsEnded()
    {
        byte[] rest = new byte[16384];
        int count;
        while ((count = _stream.Read(rest)) > 0)
        {
            // What was under way.
        }

        return count == 0;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _peer.Dispose();
    }

    /// <summary>Reads behind so many bytes that are held; the block doubles.</summary>
    private int Fill(ref byte[] block, int held)
    {
        if (held == block.Length)
        {
            Array.Resize(ref block, 2 * held);
        }

        int count = _stream.Read(block, held, block.Length - held);
        return count > 0 ? count : throw new XunitException($"the connection ended within an answer: {Encoding.Latin1.GetString(block, 0, held)}");
    }

#pragma warning disable CA5398 // Tests ask for each version that is spoken.
    private static SslProtocols ProtocolsOf(Spoken version) => version switch
    {
        Spoken.Tls12 => SslProtocols.Tls12,
        Spoken.Tls13 => SslProtocols.Tls13,
        _ => SslProtocols.None,
    };
#pragma warning restore CA5398

    /// <summary>The socket as a stream that does not own it.</summary>
    private sealed class SocketStream(Socket socket, Writes writes) : NetworkStream(socket, ownsSocket: false)
    {
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            int piece = writes == Writes.OfOneByte ? 1 : buffer.Length;
            for (; !buffer.IsEmpty; buffer = buffer[piece..])
            {
                // The base class comes back to the other overload where there is a derived one.
                for (int sent = 0; sent < piece; sent += Socket.Send(buffer[sent..piece]))
                {
                }
            }
        }
    }
}

/// <summary>Which version of TLS a client speaks.</summary>
public enum Spoken
{
    Any,
    Tls12,
    Tls13,
}

/// <summary>How a client hands its records to the system.</summary>
internal enum Writes
{
    /// <summary>As they are.</summary>
    Whole,

    /// <summary>Byte by byte.</summary>
    OfOneByte,

    /// <summary>As they are, but the system sends a small one only when what left before is acknowledged (RFC 9293 3.7.4, Nagle).</summary>
    Gathered,
}
