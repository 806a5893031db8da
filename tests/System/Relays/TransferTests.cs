using System;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Relays;

/// <summary>What goes in comes out, whichever way it takes and whoever ends first.</summary>
[Compares]
public sealed class TransferTests : IDisposable
{
    private const int Piece = 1 << 20;

    private readonly RelayGround _ground = new();

    public void Dispose() => _ground.Dispose();

    [Theory]
    [InlineData("tcp splice")]
    [InlineData("tcp no splice")]
    [InlineData("tcp { splice, socket buffer 4096 }")]
    public async Task A_gibibyte_comes_back_bit_for_bit_after_its_sender_has_ended(string protocol)
    {
        _ = _ground.Host("127.0.0.11", Manner.Echo);
        using Daemon daemon = _ground.Relay("127.0.0.11", "", protocol: protocol).Start();
        int pieces = protocol.Contains("4096", StringComparison.Ordinal) ? 64 : 1024;
        using Peer peer = _ground.Connect();
        byte[] piece = Site.Bytes(Piece);

        Task<byte[]> sent = Task.Run(() => Send(peer.Socket, piece, pieces), TestContext.Current.CancellationToken);
        byte[] received = Receive(peer.Socket);

        Assert.Equal(Convert.ToHexString(await sent), Convert.ToHexString(received));
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void Sessions_go_on_through_reloads_and_the_death_of_all_but_their_relay()
    {
        _ = _ground.Host("127.0.0.11", Manner.Echo);
        using Daemon daemon = _ground.Relay("127.0.0.11", "check tcp").Start();
        using Peer peer = _ground.Connect();
        Assert.Equal("before", Echo(peer, "before"));

        for (int i = 0; i < 3; i++)
        {
            daemon.Reload();
            Assert.Equal("reload", Echo(peer, "reload"));
        }

        foreach (string role in (string[])["hce", "control"])
        {
            Child child = daemon.ChildNamed(role);
            Daemon.Signal(child.Id, Libc.SIGKILL);
            Await.Until(() => daemon.ChildNamed(role).Id != child.Id, $"{role} has a successor");
            Assert.Equal(role, Echo(peer, role));
        }

        using Peer another = _ground.Connect();
        Assert.Equal("another", Echo(another, "another"));
        Await.Until(() => _ground.Control("show", "summary").Output.Contains("up", StringComparison.Ordinal), "the host stayed up");
        Assert.Equal(0, daemon.Stop());
    }

    private static string Echo(Peer peer, string text)
    {
        peer.Send(text);
        return global::System.Text.Encoding.ASCII.GetString(peer.Exactly(text.Length));
    }

    private static byte[] Send(Socket socket, byte[] piece, int pieces)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < pieces; i++)
        {
            piece[i] ^= (byte)(i & byte.MaxValue);
            hash.AppendData(piece);
            for (ReadOnlySpan<byte> rest = piece; !rest.IsEmpty;)
            {
                rest = rest[socket.Send(rest)..];
            }
        }

        socket.Shutdown(SocketShutdown.Send);
        return hash.GetHashAndReset();
    }

    private static byte[] Receive(Socket socket)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[Piece];
        for (int count; (count = socket.Receive(block)) > 0;)
        {
            hash.AppendData(block.AsSpan(0, count));
        }

        return hash.GetHashAndReset();
    }
}
