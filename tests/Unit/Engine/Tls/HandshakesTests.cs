using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Tls;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls;

[Collection("TLS")]
public sealed class HandshakesTests : IDisposable
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly LoopRun _run = new();
    private readonly TestServer _server = new();
    private readonly TlsContext _context;
    private readonly Handshakes _handshakes;

    public HandshakesTests()
    {
        _context = _server.Context(TestCertificate.Of("P-256"));
        _handshakes = new Handshakes(_run.Loop, 1);
    }

    private DeadlineQueue Second => _run.Loop.Timeouts(_second);

    [Fact]
    public void One_that_is_not_finished_in_time_expires()
    {
        TlsOutcome outcome = default;
        _run.Run(async () =>
        {
            TcpPair pair = await TcpPair.Connect(_run);
            _run.Loop.Spawn(async () => outcome = await _handshakes.Accept(pair.Server, _context, Second));
            await _run.Pass(_second);
            pair.Close();
        });
        Assert.Equal(TlsOutcome.Expired, outcome);
    }

    [Fact]
    public void One_whose_client_goes_ends()
    {
        TlsOutcome outcome = default;
        _run.Run(async () =>
        {
            TcpPair pair = await TcpPair.Connect(_run);
            pair.Client.Close();
            outcome = await _handshakes.Accept(pair.Server, _context, Second);
            pair.Close();
        });
        Assert.Equal(TlsOutcome.Closed, outcome);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "http request", new byte[] { })]
    [InlineData("\u0016\u0003\u0001\0\u0004\u0001\0\0\0", "length too short", new byte[] { 0x15, 3, 3, 0, 2, 2, 50 })]
    public void One_with_a_client_that_does_not_speak_TLS_fails(string sent, string expectedReason, byte[] expectedAlert)
    {
        TlsOutcome outcome = default;
        string reason = "";
        byte[] received = [];
        _run.Run(async () =>
        {
            TcpPair pair = await TcpPair.Connect(_run);
            _ = await TcpPair.Send(pair.Client, TestCertificate.Bytes(sent));
            outcome = await _handshakes.Accept(pair.Server, _context, Second);
            reason = pair.Server.TlsError.Describe();
            pair.Server.Close();
            received = await TcpPair.Receive(pair.Client, 7);
            pair.Close();
        });
        Assert.Equal(TlsOutcome.Failed, outcome);
        Assert.Equal(expectedReason, reason);
        Assert.Equal(expectedAlert, received);
    }

    [Fact]
    public void They_take_turns_and_all_come_through()
    {
        const int Clients = 4;
        List<TlsOutcome> outcomes = [];
        int waiting = 0;
        _run.Run(async () => waiting = await Accept(Clients, outcomes));
        Assert.Equal(Clients - 1, waiting);
        Assert.Equal(Clients, outcomes.Count);
        Assert.All(outcomes, static outcome => Assert.Equal(TlsOutcome.Established, outcome));
    }

    [Fact]
    public void One_that_waits_for_its_turn_ends_with_its_connection()
    {
        TlsOutcome outcome = TlsOutcome.Established;
        _run.Run(async () =>
        {
            TcpPair first = await TcpPair.Connect(_run);
            TcpPair second = await TcpPair.Connect(_run);
            _run.Loop.Spawn(async () => _ = await _handshakes.Accept(first.Server, _context, Second));
            _run.Loop.Spawn(async () => outcome = await _handshakes.Accept(second.Server, _context, Second));
            Assert.Equal(1, _handshakes.Waiting);
            second.Close();
            first.Close();
            await _run.Loop.NextTurn();
            await _run.Loop.NextTurn();
        });
        Assert.Equal(TlsOutcome.Closed, outcome);
        Assert.Equal(0, _handshakes.Waiting);
    }

    [Fact]
    public void A_client_that_sends_byte_by_byte_is_served()
    {
        TlsOutcome? outcome = null;
        _run.Run(async () =>
        {
            TcpPair pair = await TcpPair.Connect(_run);
            MemoryCiphertext hello = new() { Other = new MemoryCiphertext() };
            TlsTransformer client = new(hello);
            using Sluice.Engine.Native.SslContextHandle context = TlsPair.NewClient();
            client.OpenClient(context);
            _ = client.Handshake();
            _run.Loop.Spawn(async () => outcome = await _handshakes.Accept(pair.Server, _context, Second));
            byte[] bytes = hello.Pending.ToArray();
            await SendByteByByte(pair, bytes);
            byte[] answer = await TcpPair.Receive(pair.Client, 1);
            Assert.Equal(0x16, answer[0]);
            client.Close();
            pair.Client.Close();
            await _run.Until(() => outcome is not null);
            pair.Close();
        });
        Assert.Equal(TlsOutcome.Closed, outcome);
    }

    public void Dispose()
    {
        _run.Dispose();
        _context.Dispose();
        _server.Dispose();
    }

    // How many waited when all had come.
    private async ValueTask<int> Accept(int clients, List<TlsOutcome> outcomes)
    {
        List<TcpPair> pairs = [];
        for (int i = 0; i < clients; i++)
        {
            TcpPair pair = await TcpPair.Connect(_run);
            pairs.Add(pair);
            _run.Loop.Spawn(async () =>
            {
                using TlsClient client = new(pair.Client);
                _ = await client.ShakeHands();
                _ = await client.Receive(1);
            });
        }

        pairs.ForEach(pair => _run.Loop.Spawn(async () =>
            outcomes.Add(await _handshakes.Accept(pair.Server, _context, Second))));
        int waiting = _handshakes.Waiting;
        while (outcomes.Count < clients)
        {
            await _run.Loop.NextTurn();
        }

        pairs.ForEach(static pair => pair.Close());
        await _run.Loop.NextTurn();
        return waiting;
    }

    private async ValueTask SendByteByByte(TcpPair pair, byte[] bytes)
    {
        foreach (byte one in bytes)
        {
            _ = await TcpPair.Send(pair.Client, [one]);
            await _run.Loop.NextTurn();
        }
    }
}
