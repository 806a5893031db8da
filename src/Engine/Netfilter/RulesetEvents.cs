using System;
using System.IO;
using System.Text;

using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Netlink;

namespace Sluice.Engine.Netfilter;

/// <summary>Hears from the kernel when somebody else changes tables of one name in the packet filter.</summary>
public sealed class RulesetEvents : NetlinkEvents, IDisposable
{
    private readonly byte[] _table;
    private readonly byte[] _ownName;

    // Whether what the transaction that is being told changed so far was of the table.
    private bool _concernsTable;

    private bool _isChanged;

    private RulesetEvents(EventLoop loop, string table, string ownName)
        : base(loop)
    {
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
        RulesetEvents opened = new(loop, table, ownName);
        opened.Listen(Libc.NETLINK_NETFILTER, Libc.NFNLGRP_NFTABLES);
        return opened;
    }

    /// <summary>Takes what was told so far.</summary>
    /// <returns>Whether somebody else changed the table, or may have: what was told too fast is lost.</returns>
    public bool TakeAll()
    {
        _isChanged = false;
        Drain();
        return _isChanged;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private protected override void Lose() => _isChanged = true;

    // A transaction ends with the number of the new ruleset and the name of who made it.
    private protected override void Take(ReadOnlySpan<byte> messages)
    {
        int at = 0;
        while (NetlinkText.TryReadMessage(messages, ref at, out NetlinkPart message))
        {
            int start = message.Start + NetlinkText.FamilyBytes;
            if (message.Type == ((Libc.NFNL_SUBSYS_NFTABLES << 8) | Libc.NFT_MSG_NEWGEN))
            {
                bool isOwn = NetlinkText.TryFind(messages, start, message.End, Libc.NFTA_GEN_PROC_NAME, out NetlinkPart name)
                    && Text(messages, name).SequenceEqual(_ownName);
                _isChanged |= _concernsTable && !isOwn;
                _concernsTable = false;
            }
            else if (message.Start < message.End && messages[message.Start] is Libc.NFPROTO_INET or Libc.NFPROTO_IPV4 or Libc.NFPROTO_IPV6)
            {
                // Whatever the message is about, its first attribute names the table.
                _concernsTable |= NetlinkText.TryFind(messages, start, message.End, Libc.NFTA_TABLE_NAME, out NetlinkPart table)
                    && Text(messages, table).SequenceEqual(_table);
            }
        }
    }

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> buffer, NetlinkPart part) => buffer[part.Start..part.End].TrimEnd((byte)0);
}
