using System;

using Sluice.Engine.Native;
using Sluice.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Engine.Processes;

public sealed class ChannelTests : IDisposable
{
    private readonly Channel _ours;
    private readonly Channel _theirs;
    private readonly byte[] _buffer = new byte[Channel.LongestMessage];

    public ChannelTests()
    {
        (_ours, _theirs) = Channel.CreatePair();
    }

    public void Dispose()
    {
        _ours.Dispose();
        _theirs.Dispose();
    }

    [Fact]
    public void Messages_keep_their_borders_and_their_order()
    {
        _ = _ours.Send("one"u8);
        _ = _ours.Send("three"u8);

        Assert.Equal("one"u8, Receive());
        Assert.Equal("three"u8, Receive());
    }

    [Fact]
    public void The_longest_message_arrives_whole()
    {
        byte[] message = new byte[Channel.LongestMessage];
        message[^1] = 7;
        _ = _ours.Send(message);

        Assert.Equal(message, Receive());
    }

    [Fact]
    public void Nothing_to_read_is_said_at_once()
    {
        ChannelResult result = _ours.TryReceive(_buffer, out _);

        Assert.Equal(new ChannelResult(0, ChannelStatus.Again), result);
    }

    [Fact]
    public void A_bounded_wait_takes_what_is_there()
    {
        _ = _theirs.Send("here"u8);

        ChannelResult result = _ours.Receive(_buffer, out _, TimeSpan.FromMinutes(1));

        Assert.Equal(new ChannelResult(4, ChannelStatus.Done), result);
    }

    [Fact]
    public void A_bounded_wait_ends_when_the_time_is_over()
    {
        ChannelResult result = _ours.Receive(_buffer, out _, TimeSpan.FromMilliseconds(20));

        Assert.Equal(new ChannelResult(0, ChannelStatus.Again), result);
    }

    [Fact]
    public void A_bounded_wait_ends_with_the_peer()
    {
        _theirs.Dispose();

        ChannelResult result = _ours.Receive(_buffer, out _, TimeSpan.FromMinutes(1));

        Assert.Equal(new ChannelResult(0, ChannelStatus.Closed), result);
    }

    [Fact]
    public void A_full_queue_refuses_what_can_be_sent_later()
    {
        ChannelStatus full = FillQueue();
        _ = _theirs.TryReceive(_buffer, out _);
        _ = _theirs.TryReceive(_buffer, out _);

        Assert.Equal((ChannelStatus.Again, ChannelStatus.Done), (full, _ours.TrySend(_buffer)));
    }

    [Fact]
    public void What_was_sent_before_the_end_is_read_before_the_end()
    {
        _ = _ours.Send("last words"u8);
        _ours.Dispose();

        Assert.Equal("last words"u8, Receive());
        Assert.Equal(ChannelStatus.Closed, _theirs.Receive(_buffer, out _).Status);
    }

    [Fact]
    public void A_peer_that_ends_with_messages_unread_closes_the_channel()
    {
        _ = _ours.Send("never read"u8);
        _theirs.Dispose();

        Assert.Equal(ChannelStatus.Closed, _ours.Receive(_buffer, out _).Status);
        Assert.Equal(ChannelStatus.Closed, _ours.Send("too late"u8));
    }

    [Fact]
    public void An_end_that_was_closed_here_is_closed_to_its_owner_too()
    {
        _ours.Dispose();

        Assert.Equal(ChannelStatus.Closed, _ours.TrySend("too late"u8));
        Assert.Equal(ChannelStatus.Closed, _ours.TryReceive(_buffer, out _).Status);
    }

    [Fact]
    public void A_message_longer_than_its_destination_is_truncated_and_the_next_one_is_whole()
    {
        _ = _ours.Send("too long"u8);
        _ = _ours.Send("next"u8);

        Assert.Equal(ChannelStatus.Truncated, _theirs.Receive(_buffer.AsSpan(0, 3), out _).Status);
        Assert.Equal("next"u8, Receive());
    }

    [Fact]
    public void A_message_that_cannot_be_sent_is_a_mistake_of_ours()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ours.Send([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ours.Send(new byte[Channel.LongestMessage + 1]));
    }

    [Fact]
    public void Descriptors_travel_in_their_order_and_are_not_inherited()
    {
        using SealedMemory first = SealedMemory.Create("first", "1"u8);
        using SealedMemory second = SealedMemory.Create("second", "2"u8);
        _ = _ours.Send("two"u8, first.Descriptor, second.Descriptor);
        _ = _theirs.Receive(_buffer, out ReceivedDescriptors descriptors);

        Assert.True(descriptors.TryTake(out int one));
        Assert.True(descriptors.TryTake(out int two));
        Assert.False(descriptors.TryTake(out _));
        descriptors.Dispose();
        Assert.Equal((Libc.FD_CLOEXEC, Libc.FD_CLOEXEC), (Flags(one), Flags(two)));
        Assert.Equal("1"u8, Content(one));
        Assert.Equal("2"u8, Content(two));
    }

    [Fact]
    public void As_many_descriptors_as_allowed_arrive()
    {
        int[] many = new int[Channel.MostDescriptors];
        Array.Fill(many, _ours.Descriptor);
        _ = _ours.Send("many"u8, many);
        _ = _theirs.Receive(_buffer, out ReceivedDescriptors descriptors);
        int count = descriptors.Count;
        descriptors.Dispose();

        Assert.Equal(Channel.MostDescriptors, count);
    }

    [Fact]
    public void Descriptors_that_nobody_took_are_closed()
    {
        (Channel near, Channel far) = Channel.CreatePair();
        _ = _ours.Send("unexpected"u8, far.Descriptor);
        far.Dispose();
        _ = _theirs.Receive(_buffer, out ReceivedDescriptors descriptors);
        descriptors.Dispose();

        Assert.Equal(ChannelStatus.Closed, near.Receive(_buffer, out _).Status);
        near.Dispose();
    }

    [Fact]
    public void Descriptors_of_a_truncated_message_are_closed()
    {
        (Channel near, Channel far) = Channel.CreatePair();
        _ = _ours.Send("too long"u8, far.Descriptor);
        far.Dispose();
        _ = _theirs.Receive(_buffer.AsSpan(0, 1), out _);

        Assert.Equal(ChannelStatus.Closed, near.Receive(_buffer, out _).Status);
        near.Dispose();
    }

    private static int Flags(int descriptor) => Libc.fcntl(descriptor, Libc.F_GETFD, 0);

    private static byte[] Content(int descriptor)
    {
        using SealedMemory memory = SealedMemory.Adopt(descriptor);
        return memory.Read();
    }

    private ChannelStatus FillQueue()
    {
        ChannelStatus status;
        do
        {
            status = _ours.TrySend(_buffer);
        }
        while (status == ChannelStatus.Done);
        return status;
    }

    private ReadOnlySpan<byte> Receive()
    {
        ChannelResult result = _theirs.Receive(_buffer, out _);
        Assert.Equal(ChannelStatus.Done, result.Status);
        return _buffer.AsSpan(0, result.LengthBytes);
    }
}
