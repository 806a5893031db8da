using System;
using System.Collections.Generic;
using System.IO;

using Sluice.Engine.Native;
using Sluice.Engine.Netlink;

namespace Sluice.Engine.Netfilter;

/// <summary>
/// Tables of the packet filter and the elements of their maps, over netlink: libnftables(3) lists a map as a whole, and with a table, or with all of them, all of their maps. For a process
/// with CAP_NET_ADMIN; its calls do not wait for anybody but the kernel.
/// </summary>
public sealed class FilterTables : IDisposable
{
    /// <summary>So many elements at most are removed by one call.</summary>
    public const int MostRemoved = FilterMessages.MostRemoved;

    private readonly NetlinkSocket _socket;
    private readonly byte[] _question = new byte[FilterMessages.QuestionBytes];
    private readonly byte[] _batch = new byte[FilterMessages.BatchBytes];

    private FilterTables(NetlinkSocket socket)
    {
        _socket = socket;
    }

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FilterTables Open() => new(NetlinkSocket.Open(Libc.NETLINK_NETFILTER));

    /// <summary>Lists what a table holds that has a name.</summary>
    /// <param name="table">Family and name, as nft(8) says them.</param>
    /// <param name="content">What is there.</param>
    /// <returns><see cref="Errno.NotFound"/> where there is no such table, <see cref="Errno.Interrupted"/> where somebody changed it meanwhile.</returns>
    public Errno List(string table, FilterTable content)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(content);
        Errno error = _socket.Ask(FilterMessages.WriteTableQuery(_question, table));
        error = error != Errno.None ? error : _socket.Ask(
            FilterMessages.WriteChainsQuery(_question, table), (buffer, message) => Add(content.Chains, FilterMessages.ReadChain(buffer, message, table)));
        error = error != Errno.None ? error : _socket.Ask(
            FilterMessages.WriteCountersQuery(_question, table), (buffer, message) => Add(content.Counters, FilterMessages.ReadCounter(buffer, message, table)));
        return error != Errno.None ? error : _socket.Ask(
            FilterMessages.WriteMapsQuery(_question, table), (buffer, message) =>
            {
                if (FilterMessages.ReadMap(buffer, message, table) is { } map)
                {
                    content.Maps.Add(map);
                }
            });
    }

    /// <summary>Removes elements, all of them or none, whether or not they are still there.</summary>
    /// <param name="map">Where they are.</param>
    /// <param name="elements">At most <see cref="MostRemoved"/>, at least one.</param>
    /// <returns><see cref="Errno.NotFound"/> where there is no such map, and any other error where the key of an element has another value by now, or the map is full and an element is not there.</returns>
    public Errno Remove(FilterMap map, ReadOnlySpan<FilterElement> elements)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elements.Length, MostRemoved, nameof(elements));
        return _socket.Change(FilterMessages.WriteRemoval(_batch, map, elements));
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static void Add(ICollection<string> names, string? name)
    {
        if (name is not null)
        {
            names.Add(name);
        }
    }
}

/// <summary>What a table holds that has a name.</summary>
public sealed class FilterTable
{
    /// <summary>Chains.</summary>
    public ICollection<string> Chains { get; } = [];

    /// <summary>Counters.</summary>
    public ICollection<string> Counters { get; } = [];

    /// <summary>Maps and sets.</summary>
    public ICollection<FilterMapName> Maps { get; } = [];
}
