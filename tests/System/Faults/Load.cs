using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Threading;

using Sluice.System.Ground;

namespace Sluice.System.Faults;

/// <summary>What a client can lose.</summary>
internal enum LossKind
{
    /// <summary>A request was sent and its answer did not come, or not whole.</summary>
    InFlight,

    /// <summary>A kept connection ended between requests and no answer had said so.</summary>
    ClosedIdle,

    /// <summary>No connection came about.</summary>
    Refused,

    /// <summary>An answer, but not the one asked for.</summary>
    Wrong,
}

/// <summary>What was lost, when since the load began, and how it showed.</summary>
internal sealed record Loss(TimeSpan At, LossKind Kind, string Why);

/// <summary>
/// 3,000 requests a second, 2,400 of them on kept connections and 600 on new ones, by clients that retry nothing and
/// count every request and every close that no answer announced. With TLS a third of that.
/// </summary>
internal sealed class Load : IDisposable
{
    private const int KeptClients = 24, NewClients = 12;
    private static readonly TimeSpan _keptPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _newPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly int _port;
    private readonly Transport _transport;
    private readonly byte[] _request;
    private readonly byte[] _body;
    private readonly List<Thread> _threads = [];
    private readonly Lock _guard = new();
    private readonly List<Loss> _losses = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private volatile bool _over;
    private long _answered;

    /// <summary>Begins to ask for the path; each answer's body must be this one.</summary>
    public Load(Place place, int port, string path, byte[] body, Transport transport = Transport.Plain)
    {
        _port = port;
        _transport = transport;
        _body = body;
        _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: load\r\n\r\n");
        // A thread belongs to the namespaces of the thread that starts it.
        place.Run(() =>
        {
            for (int i = 0; i < KeptClients + NewClients; i++)
            {
                bool kept = i < KeptClients;
                Thread thread = new(() => Ask(kept)) { IsBackground = true, Name = "load" };
                thread.Start();
                _threads.Add(thread);
            }
        });
        Await.Until(() => Answered > KeptClients + NewClients, "the load is answered");
    }

    /// <summary>Each client has at most one request under way.</summary>
    public static int Clients => KeptClients + NewClients;

    public long Answered => Interlocked.Read(ref _answered);

    public TimeSpan Now => _watch.Elapsed;

    public double RequestsPerSecond => Answered / _watch.Elapsed.TotalSeconds;

    public IReadOnlyList<Loss> Losses
    {
        get
        {
            lock (_guard)
            {
                return [.. _losses];
            }
        }
    }

    /// <summary>Waits until that many more requests have been answered.</summary>
    public void AwaitAnswers(int count)
    {
        long before = Answered;
        Await.Until(() => Answered >= before + count, $"{count} more requests are answered");
    }

    /// <summary>Ends the load; what is under way is answered first.</summary>
    public void Stop()
    {
        _over = true;
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    public string Describe() => string.Join(", ", Losses.GroupBy(loss => (loss.Kind, loss.Why))
        .Select(group => $"{group.Count()} {group.Key.Kind} {group.Key.Why} at {group.Min(loss => loss.At)}..{group.Max(loss => loss.At)}"));

    public void Dispose() => Stop();

    private void Ask(bool kept)
    {
        Wire? wire = null;
        TimeSpan pause = (kept ? _keptPause : _newPause) * (_transport == Transport.Plain ? 1 : 3);
        TimeSpan next = _watch.Elapsed;
        while (!_over)
        {
            wire = wire is not null && EndedIdle(wire) ? null : wire;
            wire ??= Connect();
            if (wire is not null && (!Exchange(wire.Stream, out bool close) || close || !kept))
            {
                wire.Dispose();
                wire = null;
            }

            next += pause;
            TimeSpan early = next - _watch.Elapsed;
            if (early > TimeSpan.Zero)
            {
                // The pace of the load; nothing is waited for.
                Thread.Sleep(early);
            }
        }

        wire?.Dispose();
    }

#pragma warning disable CA2000 // The wire owns socket and stream.
    private Wire? Connect()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)_patience.TotalMilliseconds,
            SendTimeout = (int)_patience.TotalMilliseconds,
        };
        try
        {
            socket.Connect(IPAddress.Loopback, _port);
            return new Wire(socket, _transport == Transport.Plain ? new NetworkStream(socket) : Secure(socket));
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
        {
            socket.Dispose();
            Lose(LossKind.Refused, Reason(exception));
            return null;
        }
    }
#pragma warning restore CA2000

    private static SslStream Secure(Socket socket)
    {
        SslStream stream = new(new NetworkStream(socket));
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "load",
            AllowTlsResume = false,
#pragma warning disable CA5359 // Tests make their certificates themselves.
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        });
        return stream;
    }

    private bool EndedIdle(Wire wire)
    {
        if (!wire.Socket.Poll(0, SelectMode.SelectRead))
        {
            return false;
        }

        Lose(LossKind.ClosedIdle, "");
        wire.Dispose();
        return true;
    }

    private static string Reason(Exception exception) =>
        (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode.ToString() ?? exception.Message;

    /// <summary>One request and its whole answer; false where it is lost.</summary>
    private bool Exchange(Stream stream, out bool close)
    {
        close = false;
        byte[] block = new byte[_body.Length + 4096];
        int held = 0, whole = -1;
        try
        {
            stream.Write(_request);
            while (whole < 0 || held < whole)
            {
                int count = stream.Read(block.AsSpan(held));
                if (count == 0)
                {
                    return Lose(LossKind.InFlight, held == 0 ? "no answer" : "an answer cut short");
                }

                held += count;
                int end = block.AsSpan(0, held).IndexOf("\r\n\r\n"u8);
                whole = end < 0 ? -1 : end + 4 + (Heads.Length(Encoding.ASCII.GetString(block, 0, end)) ?? 0);
                if (whole > block.Length)
                {
                    return Lose(LossKind.Wrong, "another length");
                }
            }
        }
        catch (IOException exception)
        {
            return Lose(LossKind.InFlight, Reason(exception));
        }

        string head = Encoding.ASCII.GetString(block, 0, whole - _body.Length);
        if (!block.AsSpan(0, whole).EndsWith(_body) || !head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal))
        {
            return Lose(LossKind.Wrong, head.Split('\r')[0]);
        }

        close = Heads.Field(head, "Connection") is "close";
        Interlocked.Increment(ref _answered);
        return true;
    }

    private bool Lose(LossKind kind, string why)
    {
        lock (_guard)
        {
            _losses.Add(new Loss(_watch.Elapsed, kind, why));
        }

        return false;
    }

    private sealed record Wire(Socket Socket, Stream Stream) : IDisposable
    {
        public void Dispose()
        {
            Stream.Dispose();
            Socket.Dispose();
        }
    }
}

/// <summary>What clients speak HTTP over.</summary>
internal enum Transport
{
    /// <summary>TCP.</summary>
    Plain,

    /// <summary>TLS; a new connection is a whole handshake.</summary>
    Secure,
}
