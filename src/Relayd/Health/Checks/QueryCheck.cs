using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Relayd.Dns;

namespace Sluice.Relayd.Health.Checks;

/// <summary>Checks of name servers by a query over UDP: one that says whether a name is there or not does its work. Each query has a socket of its own, with a port of the kernel's
/// choice, and a number that nobody can guess.</summary>
/// <param name="loop">The loop of the process.</param>
internal sealed class QueryCheck(EventLoop loop)
{
    private readonly RandomNumbers _random = new();
    private readonly byte[] _query = new byte[DnsMessage.HeaderLength + DnsMessage.LongestQuestion];

    // What came is looked at before anything else runs, so all checks share it.
    private DatagramBatch Batch => field ??= new DatagramBatch();

    /// <summary>Checks a host.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="address">Address and port.</param>
    /// <param name="options">The time for the answer, and the hop limit.</param>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<CheckOutcome> Run(byte[] question, SocketAddress address, DialOptions options)
    {
        ConnectOptions connect = options.Ttl == 0 ? ConnectOptions.Default : ConnectOptions.Default with { TimeToLive = options.Ttl };
        Errno error = DatagramSocket.Connect(loop, address, connect, out DatagramSocket? socket);
        if (socket is null)
        {
            return CheckOutcome.Of(ResultOf(error));
        }

        Alarm limit = new(socket.Close);
        limit.Arm(options.Within);
        ushort id = (ushort)_random.Next(ushort.MaxValue + 1);
        error = socket.TrySend(_query.AsSpan(0, DnsMessage.WriteQuery(_query, id, question)));
        CheckResult result = error == Errno.None ? await Listen(socket, id, question) : ResultOf(error);
        limit.Disarm();
        socket.Close();
        return CheckOutcome.Of(result);
    }

    // Descriptors and memory are ours: that they are short says nothing about the host.
    private static CheckResult ResultOf(Errno error) => error switch
    {
        Errno.DescriptorsExhausted or Errno.SystemDescriptorsExhausted => CheckResult.TcpSocketLimit,
        Errno.OutOfMemory or Errno.NoBuffers or Errno.WouldBlock or Errno.AddressFamilyUnsupported => CheckResult.TcpSocketError,
        _ => CheckResult.DnsFailed,
    };

    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<CheckResult> Listen(DatagramSocket socket, ushort id, byte[] question)
    {
        while (await socket.Readable() == Wake.Ready)
        {
            Errno error = socket.TryReceive(Batch);
            if (error is not (Errno.None or Errno.WouldBlock))
            {
                return CheckResult.DnsFailed;
            }

            if (error == Errno.None && Judge(id, question) is { } result)
            {
                return result;
            }

            await loop.NextTurn();
        }

        return CheckResult.DnsTimeout;
    }

    // Null where the answer is not among what came.
    private CheckResult? Judge(ushort id, byte[] question)
    {
        for (int room = 0; room < Batch.Count; room++)
        {
            if (DnsMessage.TryRead(Batch[room], out DnsMessage message) && message.Id == id && message.Answers(opcode: 0, question))
            {
                return message.ResponseCode is DnsResponseCode.NoError or DnsResponseCode.NameError ? CheckResult.DnsOk : CheckResult.DnsFailed;
            }
        }

        return null;
    }
}
