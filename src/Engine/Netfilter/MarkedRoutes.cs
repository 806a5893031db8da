using System;
using System.Runtime.InteropServices;

using Sluice.Engine.Io;
using Sluice.Engine.Native;
using Sluice.Engine.Netlink;

namespace Sluice.Engine.Netfilter;

/// <summary>Where packets with a mark go, rtnetlink(7).</summary>
public static class MarkedRoutes
{
    private const int HeaderBytes = NetlinkText.HeaderBytes + 12;
    private const int AnswerBytes = 4096;
    private const byte BitsPerByte = 8;

    // For documentation (RFC 5737, RFC 3849): nobody has them.
    private static readonly byte[] _nobody4 = [192, 0, 2, 1];
    private static readonly byte[] _nobody6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    /// <summary>Whether packets with a mark come to this machine, wherever they are sent to: without that no answer reaches a <see cref="TransparentSocket"/>. Takes no right.</summary>
    /// <param name="family">The family of the packets.</param>
    /// <param name="mark">The mark.</param>
    public static bool AreLocal(AddressKind family, uint mark)
    {
        bool isIPv6 = family == AddressKind.IPv6;
        byte[] nobody = isIPv6 ? _nobody6 : _nobody4;
        Span<byte> buffer = stackalloc byte[AnswerBytes];
        Libc.nlmsghdr header = new() { nlmsg_type = Libc.RTM_GETROUTE, nlmsg_flags = Libc.NLM_F_REQUEST };
        Libc.rtmsg route = new() { rtm_family = (byte)(isIPv6 ? Libc.AF_INET6 : Libc.AF_INET), rtm_dst_len = (byte)(nobody.Length * BitsPerByte) };
        MemoryMarshal.Write(buffer, in header);
        MemoryMarshal.Write(buffer[NetlinkText.HeaderBytes..], in route);
        int at = NetlinkText.Add(buffer, HeaderBytes, Libc.RTA_DST, nobody);
        at = NetlinkText.Add(buffer, at, Libc.RTA_MARK, BitConverter.GetBytes(mark));
        int fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.NETLINK_ROUTE);
        if (fd < 0)
        {
            return false;
        }

        IoResult sent = Socket.Send(fd, NetlinkText.End(buffer, at), 0);
        IoResult received = sent.Error == Errno.None ? Socket.Receive(fd, buffer) : sent;
        _ = Libc.close(fd);
        return received.Error == Errno.None && IsLocal(buffer[..received.Bytes]);
    }

    private static bool IsLocal(ReadOnlySpan<byte> answer)
    {
        int at = 0;
        return NetlinkText.TryReadMessage(answer, ref at, out NetlinkPart message)
            && message.Type == Libc.RTM_NEWROUTE
            && message.End - message.Start >= HeaderBytes - NetlinkText.HeaderBytes
            && MemoryMarshal.Read<Libc.rtmsg>(answer[message.Start..]).rtm_type == Libc.RTN_LOCAL;
    }
}
