using System;
using System.IO;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

using Way = Sluice.System.Relays.HalfCloseGround.Way;

namespace Sluice.System.Relays;

/// <summary>A network that loses three of ten packets, on the way to the relay and behind it.</summary>
[Waits]
public sealed class LossTests : IDisposable
{
    // At some 600 KiB/s each: 32 of them by both ways took 57 s.
    private const int Pieces = 4;
    private const int Piece = 1 << 20;

    private const string Drop = "numgen random mod 10 < 3 drop";

    // Between two bytes: each packet in a row that is lost makes the system wait longer for the next attempt.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly HalfCloseGround _ground = new();

    public void Dispose() => _ground.Dispose();

    [Fact]
    public async Task Every_byte_arrives_by_splice_and_by_copy()
    {
        Hurry();
        (Peer spliced, Peer bySplice) = _ground.Connect(Way.Splice);
        (Peer copied, Peer byCopy) = _ground.Connect(Way.Copy);
        LosePackets();

        Task<(string Sent, string Received)> splice = Transfer(spliced.Socket, bySplice.Socket);
        (string sent, string received) = await Transfer(copied.Socket, byCopy.Socket);

        Assert.Equal(sent, received);
        (sent, received) = await splice;
        Assert.Equal(sent, received);
    }

    // Attempts follow soon, never cease, and loss is not taken for congestion, where the kernel can be told so: that makes the test short, and no other difference.
    private void Hurry()
    {
        Set("tcp_retries2", "255");
        Set("tcp_rto_max_ms", "1000");
        string[] route = ["route", "replace", "local", "127.0.0.0/8", "dev", "lo", "table", "local", "rto_min", "1ms"];
        if (_ground.Place.Call("ip", [.. route, "congctl", "bbr"]).Status != 0)
        {
            _ = _ground.Place.Tool("ip", route);
        }
    }

    private void LosePackets() => _ground.Place.Tool(
        "nft", $"add table inet loss; add chain inet loss input {{ type filter hook input priority 0; tcp dport {{ 80, 81, 8080 }} {Drop}; tcp sport {{ 80, 81, 8080 }} {Drop}; }}");

    private void Set(string name, string value) => _ground.Place.Run(() =>
    {
        string path = $"/proc/sys/net/ipv4/{name}";
        if (File.Exists(path))
        {
            File.WriteAllText(path, value);
        }
    });

    private static async Task<(string Sent, string Received)> Transfer(Socket from, Socket to)
    {
        from.SendTimeout = to.ReceiveTimeout = (int)_patience.TotalMilliseconds;
        Task<string> sent = Task.Run(() => Send(from), TestContext.Current.CancellationToken);
        Task<string> received = Task.Run(() => Receive(to), TestContext.Current.CancellationToken);
        return (await sent, await received);
    }

    private static string Send(Socket socket)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = Site.Bytes(Piece);
        for (int i = 0; i < Pieces; i++)
        {
            piece[i] ^= byte.MaxValue;
            hash.AppendData(piece);
            for (ReadOnlySpan<byte> rest = piece; !rest.IsEmpty;)
            {
                rest = rest[socket.Send(rest)..];
            }
        }

        socket.Shutdown(SocketShutdown.Send);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static string Receive(Socket socket)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[Piece];
        for (int count; (count = socket.Receive(block)) > 0;)
        {
            hash.AppendData(block.AsSpan(0, count));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
