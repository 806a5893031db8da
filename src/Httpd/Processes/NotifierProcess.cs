using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.Daemon.Privsep.Children;
using Sluice.Httpd.Logging;
using Sluice.Httpd.Notices;

namespace Sluice.Httpd.Processes;

/// <summary>The notifier: tells local programs of refused requests (<c>notify-on-block</c>), and does nothing else.</summary>
/// <remarks>It may send datagrams to local sockets, receive from the servers and speak to the parent. It opens no file and no
/// other kind of socket, and runs as <c>www</c> in the chroot. It is not there where nothing is configured for it.</remarks>
internal sealed class NotifierProcess
{
    /// <summary>How many configurations' numbers are known: a server may still speak of an older one, but of none before these, whose sessions it has ended (D-32).</summary>
    private const int MostGenerations = 8;

    private readonly ChildContext _context;
    private readonly DropReport _drops;
    private readonly Dictionary<ReceiverAddress, NoticeReceiver> _receivers = [];
    private readonly Dictionary<uint, NoticeReceiver[]> _generations = [];
    private bool _isStopping;

    private NotifierProcess(ChildContext context)
    {
        _context = context;
        _drops = new DropReport(context.Loop, context.Log.Warning);
    }

    /// <summary>Puts the process to work.</summary>
    public static void Run(ChildContext context)
    {
        NotifierProcess notifier = new(context);
        notifier.TakeConfiguration();
        Inbox inbox = new(context.Loop, notifier.Take);
        context.Reconfigured = notifier.TakeConfiguration;
        context.PeerConnected = inbox.Serve;
        context.Stopping = notifier.Stop;
        foreach (Peer server in context.Peers("server"))
        {
            inbox.Serve(server);
        }
    }

    private void TakeConfiguration()
    {
        ReceiverAddress[] addresses = NoticeReceivers.Read(_context.Payload.Span)
            ?? throw new InvalidDataException("the parent sent a slice that it did not write");
        _generations[_context.Generation] = Array.ConvertAll(addresses, ReceiverAt);
        if (_generations.Remove(unchecked(_context.Generation - MostGenerations)))
        {
            Forget();
        }
    }

    private NoticeReceiver ReceiverAt(ReceiverAddress address)
    {
        if (!_receivers.TryGetValue(address, out NoticeReceiver? receiver))
        {
            receiver = new NoticeReceiver(address, _context.Loop, _context.Log.Warning) { BecameIdle = EndIfDone };
            _receivers.Add(address, receiver);
        }

        return receiver;
    }

    /// <summary>Closes those that no configuration has any more.</summary>
    private void Forget()
    {
        HashSet<NoticeReceiver> kept = [.. _generations.Values.SelectMany(receivers => receivers)];
        foreach ((ReceiverAddress address, NoticeReceiver receiver) in _receivers.ToArray())
        {
            if (!kept.Contains(receiver))
            {
                _receivers.Remove(address);
                receiver.Dispose();
            }
        }
    }

    private void Take(ReadOnlySpan<byte> message)
    {
        if (!LogBatch.TryReadHeader(ref message, out uint generation, out uint dropped))
        {
            return;
        }

        if (dropped > 0)
        {
            _drops.Add(dropped, "too many at once, too long, or without a capture that they ask for");
        }

        NoticeReceiver[] receivers = _generations.GetValueOrDefault(generation) ?? [];
        while (LogBatch.TryReadRun(ref message, out ushort number, out ReadOnlySpan<byte> run))
        {
            while (BlockNotices.TryRead(ref run, out ReadOnlySpan<byte> text))
            {
                if (number < receivers.Length)
                {
                    receivers[number].Take(text);
                }
                else
                {
                    _drops.Add(1, "for a receiver of an earlier configuration");
                }
            }
        }
    }

    /// <summary>What waits is sent first, as long as the parent lets it.</summary>
    private void Stop()
    {
        _isStopping = true;
        EndIfDone();
    }

    private void EndIfDone()
    {
        if (_isStopping && _receivers.Values.All(receiver => receiver.IsIdle))
        {
            _context.End();
        }
    }
}
