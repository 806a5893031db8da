using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Native;

namespace Sluice.Engine.Netfilter;

/// <summary>Hears from the kernel when somebody else changes tables of one name in the packet filter.</summary>
public sealed class RulesetEvents : Descriptor, IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int ReceiveBufferBytes = 4 * 1024 * 1024;

    private readonly Waiter _reader = new();
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly byte[] _table;
    private readonly byte[] _ownName;

    // Whether what the transaction that is being told changed so far was of the table.
    private bool _concernsTable;

    private RulesetEvents(EventLoop loop, int fd, string table, string ownName)
        : base(loop)
    {
        Fd = fd;
        _table = Encoding.UTF8.GetBytes(table);
        _ownName = Encoding.UTF8.GetBytes(ownName);
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="loop">The loop it lives on.</param>
    /// <param name="table">The name of a table of IP, of one version or of both.</param>
    /// <param name="ownName">The short name of this process: what a process of that name does is ours.</param>
    /// <exception cref="IOException">The kernel does not tell.</exception>
    public static RulesetEvents Open(EventLoop loop, string table, string ownName)
    {
        ArgumentNullException.ThrowIfNull(loop);
        int fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, Libc.NETLINK_NETFILTER);
        Errno error = fd < 0 ? (Errno)Marshal.GetLastSystemError() : Listen(fd);
        RulesetEvents opened = new(loop, fd, table, ownName);
        error = error == Errno.None ? loop.Watch(opened, Readiness.Input | Readiness.EdgeTriggered) : error;
        return error == Errno.None ? opened : throw new IOException($"events of the packet filter: {error.Describe()}");
    }

    /// <summary>Takes what was told so far.</summary>
    /// <returns>Whether somebody else changed the table, or may have: what was told too fast is lost.</returns>
    public bool TakeAll()
    {
        bool isChanged = false;
        while (Fd >= 0)
        {
            IoResult received = Socket.Receive(Fd, _buffer);
            if (received.Error == Errno.NoBuffers)
            {
                isChanged = true;
            }
            else if (received.Error != Errno.None)
            {
                break;
            }
            else
            {
                isChanged |= Read(_buffer.AsSpan(0, received.Bytes));
            }
        }

        return isChanged;
    }

    /// <summary>Waits until there may be something to take.</summary>
    /// <returns>Ready, or Closed when this object was disposed.</returns>
    public ValueTask<Wake> Readable() => Fd < 0 ? new(Wake.Closed) : _reader.Wait();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Fd >= 0)
        {
            CloseDescriptor();
            _reader.Complete(Wake.Closed);
        }
    }

    internal override void OnReady(Readiness readiness) => _reader.Complete(Wake.Ready);

    /// <summary>Reads messages; a transaction ends with the number of the new ruleset and the name of who made it.</summary>
    internal bool Read(ReadOnlySpan<byte> messages)
    {
        bool isChanged = false;
        int at = 0;
        while (NetlinkText.TryReadMessage(messages, ref at, out NetlinkPart message))
        {
            int start = message.Start + NetlinkText.FamilyBytes;
            if (message.Type == ((Libc.NFNL_SUBSYS_NFTABLES << 8) | Libc.NFT_MSG_NEWGEN))
            {
                bool isOwn = NetlinkText.TryFind(messages, start, message.End, Libc.NFTA_GEN_PROC_NAME, out NetlinkPart name)
                    && Text(messages, name).SequenceEqual(_ownName);
                isChanged |= _concernsTable && !isOwn;
                _concernsTable = false;
            }
            else if (message.Start < message.End && messages[message.Start] is Libc.NFPROTO_INET or Libc.NFPROTO_IPV4 or Libc.NFPROTO_IPV6)
            {
                // Whatever the message is about, its first attribute names the table.
                _concernsTable |= NetlinkText.TryFind(messages, start, message.End, Libc.NFTA_TABLE_NAME, out NetlinkPart table)
                    && Text(messages, table).SequenceEqual(_table);
            }
        }

        return isChanged;
    }

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> buffer, NetlinkPart part) => buffer[part.Start..part.End].TrimEnd((byte)0);

    private static unsafe Errno Listen(int fd)
    {
        _ = Socket.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, ReceiveBufferBytes);
        Libc.sockaddr_nl address = new() { nl_family = Libc.AF_NETLINK, nl_groups = 1u << (Libc.NFNLGRP_NFTABLES - 1) };
        return Libc.bind(fd, &address, (uint)Unsafe.SizeOf<Libc.sockaddr_nl>()) == 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();
    }
}
