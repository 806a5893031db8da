using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

using Sluice.Engine.Native;
using Sluice.Engine.Netlink;

namespace Sluice.Engine.Netfilter;

/// <summary>Messages of nftables about tables and the elements of maps, written and read.</summary>
internal static class FilterMessages
{
    /// <summary>Enough for each question that is written here: names have less than 256 bytes.</summary>
    public const int QuestionBytes = 1024;

    /// <summary>Elements of one batch: with the longest keys and values they have 56 and 28 bytes, and an attribute has less than 65,536.</summary>
    public const int MostRemoved = 512;

    /// <summary>Enough for such a batch.</summary>
    public const int BatchBytes = 64 * 1024;

    /// <summary>Asks whether there is a table.</summary>
    public static Span<byte> WriteTableQuery(Span<byte> buffer, string table)
    {
        int at = Begin(buffer, Libc.NFT_MSG_GETTABLE, Libc.NLM_F_ACK, table);
        return NetlinkText.End(buffer, AddName(buffer, at, Libc.NFTA_TABLE_NAME, NameOf(table)));
    }

    /// <summary>Asks for the chains of a family: the kernel tells those of all tables of it.</summary>
    public static Span<byte> WriteChainsQuery(Span<byte> buffer, string table) => NetlinkText.End(buffer, Begin(buffer, Libc.NFT_MSG_GETCHAIN, Libc.NLM_F_DUMP, table));

    /// <summary>Asks for the maps and sets of a table.</summary>
    public static Span<byte> WriteMapsQuery(Span<byte> buffer, string table)
    {
        int at = Begin(buffer, Libc.NFT_MSG_GETSET, Libc.NLM_F_DUMP, table);
        return NetlinkText.End(buffer, AddName(buffer, at, Libc.NFTA_SET_TABLE, NameOf(table)));
    }

    /// <summary>Asks for the counters of a table that have names.</summary>
    public static Span<byte> WriteCountersQuery(Span<byte> buffer, string table)
    {
        int at = Begin(buffer, Libc.NFT_MSG_GETOBJ, Libc.NLM_F_DUMP, table);
        at = AddName(buffer, at, Libc.NFTA_OBJ_TABLE, NameOf(table));
        return NetlinkText.End(buffer, NetlinkText.Add(buffer, at, Libc.NFTA_OBJ_TYPE, BinaryPrimitives.ReverseEndianness((uint)Libc.NFT_OBJECT_COUNTER)));
    }

    /// <summary>Asks for the elements of a map.</summary>
    public static Span<byte> WriteElementsQuery(Span<byte> buffer, FilterMap map)
    {
        int at = Begin(buffer, Libc.NFT_MSG_GETSETELEM, Libc.NLM_F_DUMP, map.Table);
        return NetlinkText.End(buffer, AddMap(buffer, at, map));
    }

    /// <summary>A batch that removes elements. Those whose time ran out meanwhile are put there first, which does nothing where they are there, so that nothing is missing.</summary>
    /// <param name="buffer">Has room for <see cref="BatchBytes"/>.</param>
    /// <param name="map">Where they are.</param>
    /// <param name="elements">At most <see cref="MostRemoved"/>.</param>
    public static Span<byte> WriteRemoval(Span<byte> buffer, FilterMap map, ReadOnlySpan<FilterElement> elements)
    {
        int end = WriteBorder(buffer, Libc.NFNL_MSG_BATCH_BEGIN);
        end += WriteElements(buffer[end..], Libc.NFT_MSG_NEWSETELEM, Libc.NLM_F_CREATE, map, elements);
        end += WriteElements(buffer[end..], Libc.NFT_MSG_DELSETELEM, 0, map, elements);
        end += WriteBorder(buffer[end..], Libc.NFNL_MSG_BATCH_END);
        return buffer[..end];
    }

    /// <summary>Reads the elements of a message; what is cut, or has a key or a value that is no <see cref="FilterValue"/>, is none.</summary>
    public static void ReadElements(ReadOnlySpan<byte> buffer, NetlinkPart message, ICollection<FilterElement> seen)
    {
        if (message.Type != TypeOf(Libc.NFT_MSG_NEWSETELEM)
            || !NetlinkText.TryFind(buffer, message.Start + NetlinkText.FamilyBytes, message.End, Libc.NFTA_SET_ELEM_LIST_ELEMENTS, out NetlinkPart list))
        {
            return;
        }

        for (int at = list.Start; NetlinkText.TryFind(buffer, at, list.End, Libc.NFTA_LIST_ELEM, out NetlinkPart element); at = NetlinkText.Behind(element))
        {
            FilterValue value = ReadValue(buffer, element, Libc.NFTA_SET_ELEM_DATA);
            bool isWhole = value.Length > 0 || !NetlinkText.TryFind(buffer, element, Libc.NFTA_SET_ELEM_DATA, out _);
            if (isWhole && ReadValue(buffer, element, Libc.NFTA_SET_ELEM_KEY) is { Length: > 0 } key)
            {
                seen.Add(new FilterElement(key, value));
            }
        }
    }

    /// <summary>Reads the name of a chain of a table; null for anything else.</summary>
    public static string? ReadChain(ReadOnlySpan<byte> buffer, NetlinkPart message, string table) =>
        IsOf(buffer, message, Libc.NFT_MSG_NEWCHAIN, Libc.NFTA_CHAIN_TABLE, table) ? ReadName(buffer, message, Libc.NFTA_CHAIN_NAME) : null;

    /// <summary>Reads the name of a counter of a table; null for anything else.</summary>
    public static string? ReadCounter(ReadOnlySpan<byte> buffer, NetlinkPart message, string table) =>
        IsOf(buffer, message, Libc.NFT_MSG_NEWOBJ, Libc.NFTA_OBJ_TABLE, table) ? ReadName(buffer, message, Libc.NFTA_OBJ_NAME) : null;

    /// <summary>Reads the name of a map or a set of a table that has one of its own, and whether it is a map; null for anything else.</summary>
    public static FilterMapName? ReadMap(ReadOnlySpan<byte> buffer, NetlinkPart message, string table)
    {
        if (!IsOf(buffer, message, Libc.NFT_MSG_NEWSET, Libc.NFTA_SET_TABLE, table) || ReadName(buffer, message, Libc.NFTA_SET_NAME) is not { } name)
        {
            return null;
        }

        uint flags = NetlinkText.TryFind(buffer, message.Start + NetlinkText.FamilyBytes, message.End, Libc.NFTA_SET_FLAGS, out NetlinkPart found)
            ? BinaryPrimitives.ReverseEndianness(NetlinkText.Number(buffer, found))
            : 0;
        return (flags & Libc.NFT_SET_ANONYMOUS) != 0 ? null : new FilterMapName(name, (flags & Libc.NFT_SET_MAP) != 0 ? FilterMapKind.Map : FilterMapKind.Set);
    }

    private static int WriteElements(Span<byte> buffer, int kind, int flags, FilterMap map, ReadOnlySpan<FilterElement> elements)
    {
        Span<byte> value = stackalloc byte[FilterValue.MostBytes];
        int at = AddMap(buffer, Begin(buffer, kind, flags | Libc.NLM_F_ACK, map.Table), map);
        int list = at = NetlinkText.BeginNest(buffer, at, Libc.NFTA_SET_ELEM_LIST_ELEMENTS);
        foreach (FilterElement element in elements)
        {
            int one = at = NetlinkText.BeginNest(buffer, at, Libc.NFTA_LIST_ELEM);
            at = AddValue(buffer, at, Libc.NFTA_SET_ELEM_KEY, element.Key.CopyTo(value));
            if (kind == Libc.NFT_MSG_NEWSETELEM && element.Value.Length > 0)
            {
                at = AddValue(buffer, at, Libc.NFTA_SET_ELEM_DATA, element.Value.CopyTo(value));
            }

            _ = NetlinkText.EndNest(buffer, one, at);
        }

        return NetlinkText.End(buffer, NetlinkText.EndNest(buffer, list, at)).Length;
    }

    private static int WriteBorder(Span<byte> buffer, int type) =>
        NetlinkText.End(buffer, NetlinkText.Begin(buffer, type, 0, new Libc.nfgenmsg { res_id = BinaryPrimitives.ReverseEndianness((ushort)Libc.NFNL_SUBSYS_NFTABLES) })).Length;

    private static int AddValue(Span<byte> buffer, int at, int type, ReadOnlySpan<byte> value)
    {
        int inner = NetlinkText.BeginNest(buffer, at, type);
        return NetlinkText.EndNest(buffer, inner, NetlinkText.Add(buffer, inner, Libc.NFTA_DATA_VALUE, value));
    }

    private static int AddMap(Span<byte> buffer, int at, FilterMap map) =>
        AddName(buffer, AddName(buffer, at, Libc.NFTA_SET_ELEM_LIST_TABLE, NameOf(map.Table)), Libc.NFTA_SET_ELEM_LIST_SET, map.Name);

    private static int AddName(Span<byte> buffer, int at, int type, string name) => NetlinkText.Add(buffer, at, type, Encoding.UTF8.GetBytes(name + "\0"));

    private static int Begin(Span<byte> buffer, int kind, int flags, string table) => NetlinkText.Begin(buffer, Libc.NFNL_SUBSYS_NFTABLES, kind, flags, FamilyOf(table));

    private static FilterValue ReadValue(ReadOnlySpan<byte> buffer, NetlinkPart element, int type) =>
        NetlinkText.TryFind(buffer, element, type, out NetlinkPart side) && NetlinkText.TryFind(buffer, side, Libc.NFTA_DATA_VALUE, out NetlinkPart value)
            ? FilterValue.Of(buffer[value.Start..value.End])
            : default;

    private static bool IsOf(ReadOnlySpan<byte> buffer, NetlinkPart message, int kind, int tableType, string table) =>
        message.Type == TypeOf(kind)
        && message.Start < message.End
        && buffer[message.Start] == FamilyOf(table)
        && string.Equals(ReadName(buffer, message, tableType), NameOf(table), StringComparison.Ordinal);

    private static string? ReadName(ReadOnlySpan<byte> buffer, NetlinkPart message, int type) =>
        NetlinkText.TryFind(buffer, message.Start + NetlinkText.FamilyBytes, message.End, type, out NetlinkPart name)
            ? Encoding.UTF8.GetString(buffer[name.Start..name.End].TrimEnd((byte)0))
            : null;

    private static int TypeOf(int kind) => (Libc.NFNL_SUBSYS_NFTABLES << 8) | kind;

    private static string NameOf(string table) => table[(table.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static int FamilyOf(string table) => table[..int.Max(0, table.IndexOf(' ', StringComparison.Ordinal))] switch
    {
        "inet" => Libc.NFPROTO_INET,
        "ip6" => Libc.NFPROTO_IPV6,
        _ => Libc.NFPROTO_IPV4,
    };
}

/// <summary>What keys of the packet filter lead to.</summary>
public enum FilterMapKind
{
    /// <summary>Values.</summary>
    Map,

    /// <summary>Nothing.</summary>
    Set,
}

/// <summary>A map or a set of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Which of both.</param>
public readonly record struct FilterMapName(string Name, FilterMapKind Kind);
