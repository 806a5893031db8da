using System;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Relayd.Rules;

using Xunit;

namespace Sluice.Unit.Relayd.Rules;

public sealed class KeyIndexTests
{
    private static readonly string[] _keys = [.. Enumerable.Range(0, 5000).Select(number => $"key-{number * 7}"), "", "a", new string('x', 300)];

    [Fact]
    public void Each_key_is_found_and_nothing_else()
    {
        KeyIndex.Builder builder = new();
        Assert.All(_keys, key => _ = builder.Add(Bytes(key)));
        KeyIndex index = builder.Build();
        Assert.Equal(Enumerable.Range(0, _keys.Length), _keys.Select(key => index.Find(Bytes(key))));
        Assert.Equal(_keys, Enumerable.Range(0, index.Count).Select(key => Encoding.Latin1.GetString(index.Key(key))), StringComparer.Ordinal);
        Assert.All(Enumerable.Range(0, 5000), number => Assert.Equal(KeyIndex.None, index.Find(Bytes($"key-{(number * 7) + 1}"))));
    }

    [Fact]
    public void An_index_without_keys_finds_nothing()
        => Assert.Equal((KeyIndex.None, KeyIndex.None), (new KeyIndex.Builder().Build().Find(""u8), new KeyIndex.Builder().Build().Find("a"u8)));

    [Fact]
    public void Rules_wait_for_a_key_in_their_order()
    {
        KeyIndex.Builder builder = new();
        builder.Add("a"u8, 1);
        builder.Add("b"u8, 2);
        builder.Add("a"u8, 3);
        KeyIndex index = builder.Build();
        Assert.Equal([1, 3], index.Waiting(index.Find("a"u8)).ToArray());
        Assert.Equal([2], index.Waiting(index.Find("b"u8)).ToArray());
    }

    [Fact]
    public void A_key_is_collected_once_a_round()
    {
        KeyIndex.Builder builder = new();
        builder.Add("a"u8, 7);
        KeyIndex index = builder.Build();
        Hits hits = new();
        index.BeginRound();
        index.Collect("a"u8, hits);
        index.Collect("a"u8, hits);
        Assert.Equal((1, 7), (hits.Count, hits.Ordinal(0)));
        index.BeginRound();
        index.Collect("a"u8, hits);
        Assert.Equal(2, hits.Count);
    }

    [Fact]
    public void What_was_found_is_in_the_order_of_the_rules()
    {
        Hits hits = new();
        hits.Add([5, 9], key: 3);
        hits.Add([1, 6, 100_000], key: 200_000);
        hits.Add([], key: 1);
        hits.Sort();
        Assert.Equal("1/200000 5/3 6/200000 9/3 100000/200000", string.Join(' ', Enumerable.Range(0, hits.Count).Select(hit => string.Create(CultureInfo.InvariantCulture, $"{hits.Ordinal(hit)}/{hits.Key(hit)}"))));
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
