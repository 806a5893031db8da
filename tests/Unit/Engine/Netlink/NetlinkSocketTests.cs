using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Engine;
using Sluice.Engine.Native;
using Sluice.Engine.Netlink;
using Sluice.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Engine.Netlink;

/// <summary>The kernel is a socket of packets here, whose answers are there before the question.</summary>
public sealed class NetlinkSocketTests : IDisposable
{
    private const int Item = 7;

    private readonly Channel _kernel;
    private readonly Channel _own;
    private readonly NetlinkSocket _socket;
    private readonly List<int> _seen = [];

    public NetlinkSocketTests()
    {
        (_kernel, _own) = Channel.CreatePair();
        Assert.Equal(0, Libc.fcntl(_own.Descriptor, Libc.F_SETFL, Libc.O_NONBLOCK));
        _socket = NetlinkSocket.Adopt(Libc.fcntl(_own.Descriptor, Libc.F_DUPFD_CLOEXEC, 0));
    }

    public void Dispose()
    {
        _kernel.Dispose();
        _own.Dispose();
        _socket.Dispose();
    }

    [Fact]
    public void A_list_is_heard_block_by_block()
    {
        Answer(Message(Item), Message(Item));
        Answer(Message(Item), Message(Libc.NLMSG_DONE));

        Assert.Equal(Errno.None, _socket.Begin(Question()));
        Assert.Equal((Errno.None, 2, false), (Hear(), _seen.Count, _socket.IsOver));
        Assert.Equal((Errno.None, 3, true), (Hear(), _seen.Count, _socket.IsOver));
    }

    [Fact]
    public void A_list_of_two_states_says_so_at_its_end()
    {
        Answer(Message(Item, Libc.NLM_F_DUMP_INTR));
        Answer(Message(Libc.NLMSG_DONE));

        Assert.Equal(Errno.None, _socket.Begin(Question()));
        Assert.Equal(Errno.None, Hear());
        Assert.Equal((Errno.Interrupted, true), (Hear(), _socket.IsOver));
    }

    [Fact]
    public void What_is_left_of_another_answer_is_passed_over()
    {
        Answer(Message(Item, sequence: 9), Message(Libc.NLMSG_DONE, sequence: 9));
        Answer(Message(Libc.NLMSG_DONE));

        Assert.Equal(Errno.None, _socket.Ask(Question(), See));
        Assert.Empty(_seen);
    }

    [Fact]
    public void A_list_without_an_end_ends_with_what_was_sent()
    {
        Answer(Message(Item)[..10]);

        Assert.Equal(Errno.WouldBlock, _socket.Ask(Question(), See));
        Assert.True(_socket.IsOver);
    }

    [Theory]
    [InlineData(0, 0, Errno.None)]
    [InlineData(0, -16, Errno.Busy)]
    [InlineData(-2, 0, Errno.NotFound)]
    public void A_batch_is_done_where_nothing_of_it_is_refused(int first, int second, Errno expected)
    {
        Answer(Message(Libc.NLMSG_ERROR, content: first));
        Answer(Message(Libc.NLMSG_ERROR, content: second));

        Assert.Equal(expected, _socket.Change(Question()));
    }

    [Fact]
    public void One_that_nobody_answers_is_not_done() => Assert.Equal(Errno.InvalidArgument, _socket.Change(Question()));

    private Errno Hear() => _socket.Hear(See);

    private void See(ReadOnlySpan<byte> buffer, NetlinkPart message) => _seen.Add(message.Type);

    private void Answer(params byte[][] messages) => Assert.Equal(ChannelStatus.Done, _kernel.Send([.. messages.SelectMany(static message => message)]));

    private static byte[] Question() => Message(Item);

    // The first question of a socket has the number 1.
    private static byte[] Message(int type, int flags = 0, int content = 0, uint sequence = 1)
    {
        byte[] message = new byte[NetlinkText.HeaderBytes + sizeof(int)];
        BitConverter.TryWriteBytes(message, message.Length);
        BitConverter.TryWriteBytes(message.AsSpan(4), (ushort)type);
        BitConverter.TryWriteBytes(message.AsSpan(6), (ushort)flags);
        BitConverter.TryWriteBytes(message.AsSpan(8), sequence);
        BitConverter.TryWriteBytes(message.AsSpan(NetlinkText.HeaderBytes), content);
        return message;
    }
}
