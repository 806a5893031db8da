using System;
using System.Collections.Generic;

using Sluice.Daemon.Wire;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Notices;

/// <summary>Where notices go.</summary>
/// <param name="Socket">Path of a datagram socket inside the chroot.</param>
/// <param name="Timeout">How long a notice may wait to be taken.</param>
internal readonly record struct ReceiverAddress(string Socket, TimeSpan Timeout);

/// <summary>The receivers of a configuration by number: servers say the number, the notifier has the address.</summary>
/// <remarks>So a server cannot make the notifier speak to anybody whom the configuration does not name. Parent and servers
/// number them from the same configuration; a message carries its generation.</remarks>
internal sealed class NoticeReceivers
{
    private readonly List<ReceiverAddress> _all = [];
    private readonly Dictionary<ReceiverAddress, ushort> _numbers = [];

    /// <summary>All of them; a receiver's place is its number.</summary>
    public IReadOnlyList<ReceiverAddress> All => _all;

    /// <summary>Numbers each receiver once, whoever tells it what.</summary>
    public static NoticeReceivers Of(HttpdConfiguration configuration)
    {
        NoticeReceivers receivers = new();
        foreach (Settings settings in configuration.AllSettings())
        {
            receivers.Add(settings.NotifyOnBlock);
        }

        return receivers;
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null where it is something else.</summary>
    public static ReceiverAddress[]? Read(ReadOnlySpan<byte> slice)
    {
        WireReader reader = new(slice);
        ReceiverAddress[] all = reader.List(static (ref reader) =>
            new ReceiverAddress(reader.Latin1(), TimeSpan.FromTicks(reader.Number(0, long.MaxValue))));
        return reader.IsWhole ? all : null;
    }

    /// <summary>The notifier's slice of a configuration.</summary>
    public byte[] Write()
    {
        WireWriter writer = new();
        writer.Count(_all.Count);
        foreach (ReceiverAddress receiver in _all)
        {
            writer.Latin1(receiver.Socket);
            writer.Number(receiver.Timeout.Ticks);
        }

        return writer.Written.ToArray();
    }

    /// <summary>The number of a receiver that this configuration names.</summary>
    public ushort NumberOf(BlockNotice notice) => _numbers[AddressOf(notice)];

    private static ReceiverAddress AddressOf(BlockNotice notice) => new(notice.Socket, notice.Timeout);

    private void Add(BlockNotice? notice)
    {
        if (notice is not null && _numbers.TryAdd(AddressOf(notice), (ushort)_all.Count))
        {
            _all.Add(AddressOf(notice));
        }
    }
}
