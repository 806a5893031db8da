using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

using Sluice.System.Ground;

namespace Sluice.System.Starting;

/// <summary>The only name server of a place: knows a few names, says nothing to some, and notes as which user it is asked.</summary>
internal sealed class NameServer : IDisposable
{
    private const int HeaderLength = 12;
    private const int TypeA = 1;

    private readonly Socket _socket;
    private readonly Thread _thread;
    private readonly IReadOnlyDictionary<string, string?> _names;

    /// <summary>Starts it on 127.0.0.1.</summary>
    /// <param name="place">Where; its resolv.conf(5) and hosts(5) become its own.</param>
    /// <param name="names">Their addresses; null for names to which it says nothing. All others do not exist.</param>
    public NameServer(Place place, IReadOnlyDictionary<string, string?> names)
    {
        _names = names;
        Bind(place, "/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:5 attempts:2\n");
        Bind(place, "/etc/hosts", "127.0.0.1 localhost\n");
        Bind(place, "/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        _socket = place.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 53));
        _thread = new Thread(Serve) { IsBackground = true };
        place.Run(_thread.Start);
    }

    /// <summary>The names that were asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>The uids of those who asked; -1 where the socket was closed before it could be looked up.</summary>
    public ConcurrentQueue<int> Askers { get; } = [];

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join();
    }

    private static void Bind(Place place, string path, string text)
    {
        string file = Path.Combine(place.Folder, Path.GetFileName(path));
        File.WriteAllText(file, text);
        place.Tool("mount", "--bind", file, path);
    }

    private void Serve()
    {
        byte[] message = new byte[512];
        while (true)
        {
            try
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                int length = _socket.ReceiveFrom(message, ref from);
                Askers.Enqueue(OwnerOf(((IPEndPoint)from).Port));
                if (Answer(message.AsSpan(0, length)) is { } answer)
                {
                    _ = _socket.SendTo(answer, from);
                }
            }
            catch (SocketException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    // RFC 1035 4.1: a header, one question, and for an address one record whose name points to the question's.
    private byte[]? Answer(ReadOnlySpan<byte> question)
    {
        StringBuilder name = new();
        int end = HeaderLength;
        for (; question[end] != 0; end += question[end] + 1)
        {
            _ = name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(question.Slice(end + 1, question[end])));
        }

        string asked = name.ToString();
        Asked.Enqueue(asked);
        bool exists = _names.TryGetValue(asked, out string? address);
        if (exists && address is null)
        {
            return null;
        }

        bool hasAddress = exists && question[end + 2] == TypeA;
        ReadOnlySpan<byte> code = [0x81, exists ? (byte)0x80 : (byte)0x83, 0, 1, 0, hasAddress ? (byte)1 : (byte)0, 0, 0, 0, 0];
        ReadOnlySpan<byte> record = hasAddress ? [0xC0, HeaderLength, 0, TypeA, 0, 1, 0, 0, 0, 60, 0, 4, .. IPAddress.Parse(address!).GetAddressBytes()] : [];
        return [.. question[..2], .. code, .. question[HeaderLength..(end + 5)], .. record];
    }

    // proc(5): the local address is the second column, the uid the eighth.
    private static int OwnerOf(int port)
    {
        string suffix = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return File.ReadLines("/proc/thread-self/net/udp")
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 7 && fields[1].EndsWith(suffix, StringComparison.Ordinal))
            .Select(static fields => int.Parse(fields[7], CultureInfo.InvariantCulture))
            .FirstOrDefault(-1);
    }
}
