using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

using Sluice.System.Ground;

namespace Sluice.System.Relays;

/// <summary>A name server behind relayd. The first label of what is asked says how it answers; whatever it sends first, the right answer is a name's own letters and the server's address.</summary>
internal sealed class NameServer : IDisposable
{
    public const int Port = 5300;

    /// <summary>Bytes of an answer that is as long as they get over IPv4.</summary>
    public const int Longest = 65_507;

    private static readonly TimeSpan _while = TimeSpan.FromMilliseconds(400);

    private readonly Place _place;
    private readonly IPEndPoint _endPoint;
    private Socket? _socket;

    public NameServer(Place place, string address)
    {
        _place = place;
        _endPoint = new IPEndPoint(IPAddress.Parse(address), Port);
        Begin();
    }

    /// <summary>Listens, again after <see cref="Kill"/>.</summary>
    public void Begin()
    {
        Socket socket = Names.Socket(_place, _endPoint.AddressFamily);
        socket.ReceiveTimeout = 0;
        socket.Bind(_endPoint);
        _socket = socket;
        new Thread(() => Serve(socket)) { IsBackground = true, Name = $"name server {_endPoint}" }.Start();
    }

    public void Kill() => _socket?.Dispose();

    public void Dispose() => Kill();

    private void Serve(Socket socket)
    {
        byte[] query = new byte[4096];
        EndPoint from = _endPoint;
        try
        {
            while (true)
            {
                int length = socket.ReceiveFrom(query, ref from);
                Answer(socket, query.AsSpan(0, length), from);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Killed.
        }
    }

    private void Answer(Socket socket, ReadOnlySpan<byte> query, EndPoint to)
    {
        string name = Names.NameOf(query);
        byte[] answer = Names.Answer(query, _endPoint.Address);
        byte[] forged = (byte[])answer.Clone();
        switch (name.Split('.')[0])
        {
            case "silent":
                return;
            case "slow":
                Thread.Sleep(_while);
                break;
            case "long":
                Array.Resize(ref answer, Longest);
                break;
            case "cut":
                answer[2] |= 0x02;
                break;
            case "upper":
                Names.ToUpper(answer.AsSpan(0, query.Length));
                break;
            case "refused":
                answer = query[..12].ToArray();
                (answer[2], answer[3], answer[5]) = (0x80, 5, 0);
                break;
            case "forged-number":
                BinaryPrimitives.WriteUInt16BigEndian(forged, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(query) + 1));
                Names.Forge(forged);
                _ = socket.SendTo(forged, to);
                break;
            case "forged-question":
                forged[13] ^= 1;
                Names.Forge(forged);
                _ = socket.SendTo(forged, to);
                break;
            case "forged-source":
                Names.Forge(forged);
                using (Socket other = Names.Socket(_place, _endPoint.AddressFamily))
                {
                    _ = other.SendTo(forged, to);
                }

                break;
            case "question":
                _ = socket.SendTo(query, to);
                break;
            case "twice":
                _ = socket.SendTo(answer, to);
                break;
            default:
                break;
        }

        _ = socket.SendTo(answer, to);
    }
}

/// <summary>Messages of the DNS as tests need them.</summary>
internal static class Names
{
    public static Socket Socket(Place place, AddressFamily family) => place.Run(() => new Socket(family, SocketType.Dgram, ProtocolType.Udp)
    {
        ReceiveTimeout = (int)Await.Usual.TotalMilliseconds,
        ReceiveBufferSize = 1024 * 1024,
    });

    /// <summary>A query for the text of a name.</summary>
    public static byte[] Query(ushort id, string name)
    {
        byte[] query = new byte[12 + name.Length + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(query, id);
        (query[2], query[5]) = (1, 1);
        int at = 12;
        foreach (string label in name.Split('.'))
        {
            query[at] = (byte)label.Length;
            at += 1 + Encoding.ASCII.GetBytes(label, query.AsSpan(at + 1));
        }

        (query[^3], query[^1]) = (16, 1);
        return query;
    }

    /// <summary>The name in the question of a message.</summary>
    public static string NameOf(ReadOnlySpan<byte> message)
    {
        StringBuilder name = new();
        for (int at = 12; message[at] != 0; at += 1 + message[at])
        {
            _ = name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(message.Slice(at + 1, message[at])));
        }

        return name.ToString();
    }

    /// <summary>The answer to a query: its name and who answers, as one text.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> query, IPAddress server)
    {
        byte[] text = Encoding.ASCII.GetBytes(TextFor(NameOf(query), server));
        byte[] answer = [.. query, 0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, (byte)(text.Length + 1), (byte)text.Length, .. text];
        (answer[2], answer[3], answer[7]) = (0x85, 0x80, 1);
        return answer;
    }

    public static string TextFor(string name, IPAddress server) => $"{name} {server}";

    /// <summary>The text of an answer.</summary>
    public static string TextOf(ReadOnlySpan<byte> answer)
    {
        int at = 12 + NameOf(answer).Length + 2 + 4 + 12;
        return Encoding.ASCII.GetString(answer.Slice(at + 1, answer[at]));
    }

    public static void Forge(Span<byte> answer) => answer[^1] = (byte)'!';

    public static void ToUpper(Span<byte> letters)
    {
        foreach (ref byte letter in letters[12..])
        {
            letter = letter is >= (byte)'a' and <= (byte)'z' ? (byte)(letter - 32) : letter;
        }
    }
}
