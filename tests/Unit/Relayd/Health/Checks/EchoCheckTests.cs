using System;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Relayd.Health;
using Sluice.Relayd.Health.Checks;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Health.Checks;

public sealed class EchoCheckTests : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(200);

    private readonly LoopRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("127.0.0.1:0", 0)]
    [InlineData("127.0.0.3:0", 7)]
    [InlineData("[::1]:0", 0)]
    [InlineData("[::1]:0", 7)]
    public void A_host_that_answers_is_up(string host, int ttl) =>
        Assert.Equal(CheckOutcome.Of(CheckResult.IcmpOk), Run(Address(host), (byte)ttl, silent: null));

    [Fact]
    public void A_request_that_cannot_be_sent_is_a_failure() =>
        Assert.Equal(CheckOutcome.Of(CheckResult.IcmpWriteTimeout), Run(Address("255.255.255.255:0"), 0, silent: null));

    [Fact]
    public void Without_a_reply_in_time_a_host_is_down() =>
        Assert.Equal(CheckOutcome.Of(CheckResult.IcmpReadTimeout), Run(Address("127.0.0.1:0"), 0, silent: static socket => socket.Dispose()));

    [Theory]
    [InlineData((int)AddressKind.IPv4, 0)]
    [InlineData((int)AddressKind.IPv6, 129)]
    public void A_reply_has_what_the_request_had(int family, int type)
    {
        EchoMessage sent = new(0x1234, 77, 0x1122334455667788);
        byte[] bytes = new byte[EchoMessage.Length];
        sent.WriteRequest(bytes, (AddressKind)family, 5);
        bytes[0] = (byte)type;

        Assert.True(EchoMessage.TryReadReply(bytes, (AddressKind)family, out EchoMessage reply));
        Assert.Equal(sent, reply);
    }

    [Fact]
    public void A_request_is_no_reply()
    {
        byte[] bytes = new byte[EchoMessage.Length];
        new EchoMessage(1, 2, 3).WriteRequest(bytes, AddressKind.IPv4, 1);

        Assert.False(EchoMessage.TryReadReply(bytes, AddressKind.IPv4, out _));
    }

    [Theory]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(0)]
    public void What_has_another_length_is_no_reply(int length) => Assert.False(EchoMessage.TryReadReply(new byte[length], AddressKind.IPv4, out _));

    private static SocketAddress Address(string text)
    {
        Assert.True(SocketAddress.TryParse(TestCertificate.Bytes(text), out SocketAddress address));
        return address;
    }

    private CheckOutcome Run(SocketAddress host, byte ttl, Action<EchoSocket>? silent)
    {
        Assert.Equal(Errno.None, EchoSocket.Open(host.Kind, out int descriptor));
        using EchoSocket socket = EchoSocket.Adopt(_run.Loop, descriptor, host.Kind);
        EchoCheck check = new(_run.Loop, socket, host.Kind);
        CheckOutcome outcome = default;
        _run.Run(async () =>
        {
            ValueTask<CheckOutcome> running = check.Run(12345, new EchoWait(), host, new DialOptions(_run.Loop.Timeouts(_timeout), ttl));
            if (silent is not null)
            {
                silent(socket);
                await _run.Pass(_timeout);
            }

            outcome = await running;
        });
        return outcome;
    }
}
