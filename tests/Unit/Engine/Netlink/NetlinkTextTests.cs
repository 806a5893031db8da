using System;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Engine.Netlink;

using Xunit;

namespace Sluice.Unit.Engine.Netlink;

public sealed class NetlinkTextTests
{
    [Fact]
    public void What_was_written_is_read()
    {
        byte[] buffer = new byte[128];
        int at = NetlinkText.Begin(buffer, subsystem: 1, kind: 2, flags: 0, family: 10);
        at = NetlinkText.Add(buffer, at, type: 3, "abc"u8);
        at = NetlinkText.Add(buffer, at, type: 0x8004, "defgh"u8);
        ReadOnlySpan<byte> message = NetlinkText.End(buffer, at);
        int next = 0;

        Assert.True(NetlinkText.TryReadMessage(message, ref next, out NetlinkPart read));
        Assert.Equal((0x102, message.Length), (read.Type, next));
        Assert.True(NetlinkText.TryFind(message, read.Start + NetlinkText.FamilyBytes, read.End, 4, out NetlinkPart found));
        Assert.Equal("defgh"u8, message[found.Start..found.End]);
        Assert.False(NetlinkText.TryFind(message, read.Start + NetlinkText.FamilyBytes, read.End, 5, out _));
    }

    [Fact]
    public void Whatever_comes_is_read_to_an_end() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        static bytes => MessagesOf(bytes) <= bytes.Length / NetlinkText.HeaderBytes).QuickCheckThrowOnFailure();

    private static int MessagesOf(byte[] bytes)
    {
        int at = 0;
        int messages = 0;
        while (NetlinkText.TryReadMessage(bytes, ref at, out NetlinkPart message))
        {
            messages++;
            _ = NetlinkText.TryFind(bytes, message, 1, out _);
        }

        return messages;
    }
}
