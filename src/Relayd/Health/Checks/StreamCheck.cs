using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health.Answers;

namespace Sluice.Relayd.Health.Checks;

/// <summary>Checks over a connection (R-CHECK-11 to -21): connect, perhaps a handshake, perhaps a question and its answer, all within one time.</summary>
/// <param name="loop">The loop of the process.</param>
internal sealed class StreamCheck(EventLoop loop)
{
    /// <summary>Bytes of an answer that are read; it is judged by these then. None of them is kept.</summary>
    public const int MostAnswerBytes = 16 * 1024 * 1024;

    // Bytes that one host may have read in a row; then others have their turn.
    private const int MostBytesInTurn = 64 * 1024;

    private readonly Dialer _dialer = new(loop);

    /// <summary>Checks a host.</summary>
    /// <param name="plan">What is said and expected.</param>
    /// <param name="address">Address and port.</param>
    /// <param name="options">The time for the whole check, and the hop limit.</param>
    /// <param name="tls">The host as TLS knows it; null where its table does not ask for TLS.</param>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<CheckOutcome> Run(ExchangePlan plan, SocketAddress address, DialOptions options, TlsPeer? tls)
    {
        ConnectResult dialed = await _dialer.Dial(address, options);
        if (dialed.Connection is not { } connection)
        {
            return CheckOutcome.Of(ResultOf(dialed.Error));
        }

        CheckResult result = plan.Transport == CheckTransport.Tls ? await Encrypt(connection, tls) : CheckResult.TcpConnectOk;
        CheckOutcome outcome = CheckOutcome.Of(result);
        if (outcome.Verdict == Verdict.Up && plan.HasAnswer)
        {
            outcome = await Exchange(plan, connection);
        }

        _dialer.Close(connection);
        return outcome;
    }

    // Descriptors and memory are ours: that they are short says nothing about the host.
    private static CheckResult ResultOf(Errno error) => error switch
    {
        Errno.TimedOut => CheckResult.TcpConnectTimeout,
        Errno.DescriptorsExhausted or Errno.SystemDescriptorsExhausted => CheckResult.TcpSocketLimit,
        Errno.OutOfMemory or Errno.NoBuffers or Errno.AddressFamilyUnsupported => CheckResult.TcpSocketError,
        _ => CheckResult.TcpConnectFailed,
    };

    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private static async ValueTask<CheckResult> Encrypt(Connection connection, TlsPeer? tls)
    {
        if (tls is null)
        {
            return CheckResult.TlsConnectError;
        }

        return await tls.ShakeHands(connection) switch
        {
            TlsOutcome.Established => CheckResult.TlsConnectOk,
            TlsOutcome.Expired => CheckResult.TlsConnectTimeout,
            _ => CheckResult.TlsConnectFailed,
        };
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<CheckOutcome> Exchange(ExchangePlan plan, Connection connection)
    {
        bool isTls = plan.Transport == CheckTransport.Tls;
        Wake sent = plan.Request.IsEmpty ? Wake.Ready : await connection.Flush(plan.Request);
        if (sent == Wake.Expired)
        {
            return CheckOutcome.Of(isTls ? CheckResult.TlsWriteTimeout : CheckResult.TcpWriteTimeout);
        }

        if (sent != Wake.Ready)
        {
            return CheckOutcome.Of(isTls ? CheckResult.TlsWriteError : CheckResult.TcpWriteFailed);
        }

        AnswerReader reader = plan.Rent();
        Listening listening = await Listen(connection, reader);
        CheckOutcome outcome = listening switch
        {
            Listening.Heard => reader.Judge(),
            Listening.Expired => CheckOutcome.Of(isTls ? CheckResult.TlsReadTimeout : CheckResult.TcpReadTimeout),
            _ => CheckOutcome.Of(isTls ? CheckResult.TlsReadError : CheckResult.TcpReadFailed),
        };
        plan.Return(reader);
        return outcome;
    }

    // What has come by the end of the time is judged as at the end of the answer; nothing at all is a timeout.
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<Listening> Listen(Connection connection, AnswerReader reader)
    {
        int received = 0;
        int inTurn = 0;
        while (true)
        {
            Fill fill = connection.TryFill();
            if (fill is Fill.More)
            {
                int count = connection.Input.Length;
                bool isDecided = reader.Take(connection.Input);
                connection.Consume(count);
                (received, inTurn) = (received + count, inTurn + count);
                if (isDecided || received >= MostAnswerBytes)
                {
                    return Listening.Heard;
                }

                if (inTurn < MostBytesInTurn)
                {
                    continue;
                }

                inTurn = 0;
                await loop.NextTurn();
            }
            else if (fill != Fill.Again)
            {
                return fill is Fill.End or Fill.Truncated ? Listening.Heard : Listening.Failed;
            }

            Wake wake = await connection.Readable();
            if (wake != Wake.Ready)
            {
                return wake != Wake.Expired ? Listening.Failed : received > 0 ? Listening.Heard : Listening.Expired;
            }
        }
    }

    private enum Listening
    {
        Heard,
        Expired,
        Failed,
    }
}
