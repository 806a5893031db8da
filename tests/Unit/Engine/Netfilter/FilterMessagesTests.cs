using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Engine.Native;
using Sluice.Engine.Netfilter;
using Sluice.Engine.Netlink;

using Xunit;

namespace Sluice.Unit.Engine.Netfilter;

public sealed class FilterMessagesTests
{
    private static readonly FilterMap _map = new("ip6 sluice", "flows-1");
    private static readonly FilterValue _number = FilterValue.Of([7, 0, 0, 0]);
    private static readonly FilterValue _host = FilterValue.Of([192, 0, 2, 11]);
    private static readonly FilterValue _host6 = FilterValue.Of([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    // An address with a port, as sets of several parts have it.
    private static readonly FilterValue _endpoint = FilterValue.Of([192, 0, 2, 11, 0, 80, 0, 0]);

    public static TheoryData<int> Cuts { get; } = [.. Enumerable.Range(NetlinkText.HeaderBytes, Written(new FilterElement(_host, _host6), new FilterElement(_number, _host)).Length - NetlinkText.HeaderBytes)];

    [Fact]
    public void A_value_is_its_bytes_and_how_many()
    {
        Assert.Equal([192, 0, 2, 11, 0, 80, 0, 0], _endpoint.ToArray());
        Assert.NotEqual(FilterValue.Of([1]), FilterValue.Of([1, 0]));
        Assert.Equal(0, FilterValue.Of(new byte[17]).Length);
    }

    [Fact]
    public void Elements_of_each_kind_are_read_as_they_are_written()
    {
        FilterElement[] elements = [new(_number, _host), new(_number, _host6), new(_host6, _host6), new(_endpoint, _number), new(_host, default)];

        Assert.Equal(elements, Read(Written(elements)));
    }

    [Fact]
    public void A_batch_puts_there_what_it_removes()
    {
        byte[] batch = FilterMessages.WriteRemoval(new byte[FilterMessages.BatchBytes], _map, [new(_number, _host)]).ToArray();

        Assert.Equal(
            [Libc.NFNL_MSG_BATCH_BEGIN, 0xa00 | Libc.NFT_MSG_NEWSETELEM, 0xa00 | Libc.NFT_MSG_DELSETELEM, Libc.NFNL_MSG_BATCH_END],
            Messages(batch).Select(static message => message.Type));
    }

    [Fact]
    public void The_longest_batch_has_room()
    {
        FilterElement[] elements = [.. Enumerable.Repeat(new FilterElement(_host6, _host6), FilterMessages.MostRemoved)];
        FilterMap map = new("inet " + new string('t', 255), new string('m', 255));

        Assert.Equal(4, Messages(FilterMessages.WriteRemoval(new byte[FilterMessages.BatchBytes], map, elements).ToArray()).Count);
    }

    // Whatever is cut off, what is read was written.
    [Theory]
    [MemberData(nameof(Cuts))]
    public void What_is_cut_is_read_as_far_as_it_is_whole(int length)
    {
        byte[] whole = Written(new FilterElement(_host, _host6), new FilterElement(_number, _host));
        byte[] cut = whole[..length];
        BitConverter.TryWriteBytes(cut, length);

        Assert.Subset(new HashSet<FilterElement>(Read(whole)), new HashSet<FilterElement>(Read(cut)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public void Without_a_key_that_fits_an_element_is_none(int length) => Assert.Empty(Read(Element(new byte[length], [1])));

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public void A_value_that_does_not_fit_is_not_that_of_a_set(int length) => Assert.Empty(Read(Element([1], new byte[length])));

    [Fact]
    public void Other_messages_have_no_elements()
    {
        byte[] removal = FilterMessages.WriteRemoval(new byte[FilterMessages.BatchBytes], _map, [new(_number, _host)]).ToArray();
        List<FilterElement> seen = [];

        FilterMessages.ReadElements(removal, Messages(removal)[2], seen);

        Assert.Empty(seen);
    }

    [Fact]
    public void Names_are_those_of_one_table_in_one_family()
    {
        byte[] message = Named(Libc.NFT_MSG_NEWCHAIN, Libc.NFPROTO_IPV6, (Libc.NFTA_CHAIN_TABLE, "sluice\0"u8.ToArray()), (Libc.NFTA_CHAIN_NAME, "known-1\0"u8.ToArray()));

        Assert.Equal("known-1", FilterMessages.ReadChain(message, Messages(message)[0], "ip6 sluice"));
        Assert.Null(FilterMessages.ReadChain(message, Messages(message)[0], "ip sluice"));
        Assert.Null(FilterMessages.ReadChain(message, Messages(message)[0], "ip6 other"));
        Assert.Null(FilterMessages.ReadCounter(message, Messages(message)[0], "ip6 sluice"));
    }

    [Theory]
    [InlineData(0x38, FilterMapKind.Map)]
    [InlineData(0x30, FilterMapKind.Set)]
    public void A_map_has_values(byte flags, FilterMapKind kind) => Assert.Equal(new FilterMapName("closing", kind), Map(flags));

    [Fact]
    public void One_that_a_rule_brings_with_it_has_no_name_of_its_own() => Assert.Null(Map(0x3));

    private static FilterMapName? Map(byte flags)
    {
        byte[] message = Named(
            Libc.NFT_MSG_NEWSET, Libc.NFPROTO_IPV4, (Libc.NFTA_SET_TABLE, "sluice\0"u8.ToArray()), (Libc.NFTA_SET_NAME, "closing\0"u8.ToArray()), (Libc.NFTA_SET_FLAGS, [0, 0, 0, flags]));
        return FilterMessages.ReadMap(message, Messages(message)[0], "ip sluice");
    }

    private static byte[] Named(int kind, int family, params (int Type, byte[] Content)[] attributes)
    {
        byte[] buffer = new byte[256];
        int end = attributes.Aggregate(
            NetlinkText.Begin(buffer, Libc.NFNL_SUBSYS_NFTABLES, kind, 0, family), (at, attribute) => NetlinkText.Add(buffer, at, attribute.Type, attribute.Content));
        return NetlinkText.End(buffer, end).ToArray();
    }

    // A message of the kernel with elements is one of those that put them there.
    private static byte[] Written(params FilterElement[] elements)
    {
        byte[] batch = FilterMessages.WriteRemoval(new byte[FilterMessages.BatchBytes], _map, elements).ToArray();
        NetlinkPart message = Messages(batch)[1];
        return batch[(message.Start - NetlinkText.HeaderBytes)..message.End];
    }

    private static byte[] Element(byte[] key, byte[] value)
    {
        byte[] buffer = new byte[256];
        int at = NetlinkText.Begin(buffer, Libc.NFNL_SUBSYS_NFTABLES, Libc.NFT_MSG_NEWSETELEM, 0, Libc.NFPROTO_IPV4);
        int list = NetlinkText.BeginNest(buffer, at, Libc.NFTA_SET_ELEM_LIST_ELEMENTS);
        int one = NetlinkText.BeginNest(buffer, list, Libc.NFTA_LIST_ELEM);
        at = Side(buffer, Side(buffer, one, Libc.NFTA_SET_ELEM_KEY, key), Libc.NFTA_SET_ELEM_DATA, value);
        return NetlinkText.End(buffer, NetlinkText.EndNest(buffer, list, NetlinkText.EndNest(buffer, one, at))).ToArray();
    }

    private static int Side(byte[] buffer, int at, int type, byte[] content)
    {
        int inner = NetlinkText.BeginNest(buffer, at, type);
        return NetlinkText.EndNest(buffer, inner, NetlinkText.Add(buffer, inner, Libc.NFTA_DATA_VALUE, content));
    }

    private static List<FilterElement> Read(byte[] block)
    {
        List<FilterElement> seen = [];
        Messages(block).ForEach(message => FilterMessages.ReadElements(block, message, seen));
        return seen;
    }

    private static List<NetlinkPart> Messages(byte[] block)
    {
        List<NetlinkPart> messages = [];
        for (int at = 0; NetlinkText.TryReadMessage(block, ref at, out NetlinkPart message);)
        {
            messages.Add(message);
        }

        return messages;
    }
}
