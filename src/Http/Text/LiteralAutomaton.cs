using System;
using System.Buffers;
using System.Collections.Generic;
using System.Numerics;

namespace Sluice.Http.Text;

/// <summary>
/// Finds which of many texts a subject holds, in one pass over it however many they are: Aho and Corasick, "Efficient string
/// matching" (1975). Letters of both cases are the same, in ASCII.
/// </summary>
public sealed class LiteralAutomaton
{
    /// <summary>The state before the first byte.</summary>
    internal const int Root = 0;

    private const int None = -1;

    // Edges out of all states but the root, in one table with open addressing; an empty place has the key 0.
    private readonly ulong[] _keys;
    private readonly int[] _children;
    private readonly int[] _first = new int[byte.MaxValue + 1]; // edges out of the root; to the root where there is none
    private readonly SearchValues<byte> _beginnings; // the first bytes of all texts
    private readonly int[] _fallback; // of a state: that of its longest ending which begins a text
    private readonly int[] _texts; // of a state: the text that ends there; None
    private readonly int[] _reporting; // of a state: the nearest fallback where a text ends; the root for none
    private int _states = 1;

    /// <summary>Builds it.</summary>
    /// <param name="texts">None empty, and no two the same but for case.</param>
    public LiteralAutomaton(IReadOnlyList<byte[]> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        int most = 1;
        foreach (byte[] text in texts)
        {
            most += text.Length;
        }

        int places = (int)BitOperations.RoundUpToPowerOf2((uint)(most * 2));
        _keys = new ulong[places];
        _children = new int[places];
        _fallback = new int[most];
        _reporting = new int[most];
        _texts = new int[most];
        Array.Fill(_texts, None);
        Edge[] edges = new Edge[most];
        for (int index = 0; index < texts.Count; index++)
        {
            Insert(texts[index], index, edges);
        }

        Connect(edges.AsSpan(0, _states));
        _beginnings = Beginnings(texts);
    }

    /// <summary>All texts that a subject holds.</summary>
    public LiteralSearch In(ReadOnlySpan<byte> subject) => new(this, subject);

    /// <summary>Where the first byte of any text is: as long as the state is the root, it stays so up to there.</summary>
    /// <returns>Negative where there is none.</returns>
    internal int FirstOf(ReadOnlySpan<byte> subject) => subject.IndexOfAny(_beginnings);

    /// <summary>The state after one more byte.</summary>
    internal int Next(int state, byte value)
    {
        byte folded = Fold(value);
        while (state != Root)
        {
            if (TryChild(state, folded, out int child))
            {
                return child;
            }

            state = _fallback[state];
        }

        return _first[folded];
    }

    /// <summary>The first text that ends in a state, which is the longest; false for none.</summary>
    /// <param name="state">The current state; moved to where the next one is asked for.</param>
    /// <param name="text">Its index.</param>
    internal bool TryReport(ref int state, out int text)
    {
        if (state != Root && _texts[state] == None)
        {
            state = _reporting[state];
        }

        text = state == Root ? None : _texts[state];
        state = _reporting[state];
        return text != None;
    }

    private void Insert(byte[] text, int index, Edge[] edges)
    {
        int state = Root;
        int depth = 0;
        foreach (byte value in text)
        {
            byte folded = Fold(value);
            depth++;
            int child = state == Root ? _first[folded] : TryChild(state, folded, out int found) ? found : Root;
            if (child == Root)
            {
                child = _states++;
                edges[child] = new Edge(state, folded, depth);
                SetChild(state, folded, child);
            }

            state = child;
        }

        _texts[state] = index;
    }

    private static SearchValues<byte> Beginnings(IReadOnlyList<byte[]> texts)
    {
        HashSet<byte> beginnings = [];
        foreach (byte[] text in texts)
        {
            byte folded = Fold(text[0]);
            _ = beginnings.Add(folded);
            if (char.IsAsciiLetterLower((char)folded))
            {
                _ = beginnings.Add((byte)(folded & ~0x20));
            }
        }

        return SearchValues.Create([.. beginnings]);
    }

    // Shallow states first: each fallback is shallower than its state.
    private void Connect(ReadOnlySpan<Edge> edges)
    {
        int[] order = new int[edges.Length];
        int[] depths = new int[edges.Length];
        for (int state = 0; state < order.Length; state++)
        {
            order[state] = state;
            depths[state] = edges[state].Depth;
        }

        Array.Sort(depths, order);
        foreach (int state in order)
        {
            Edge edge = edges[state];
            if (edge.Depth > 1)
            {
                int fallback = Next(_fallback[edge.Parent], edge.Value);
                _fallback[state] = fallback;
                _reporting[state] = _texts[fallback] != None ? fallback : _reporting[fallback];
            }
        }
    }

    private bool TryChild(int state, byte value, out int child)
    {
        ulong key = Key(state, value);
        int place = PlaceOf(key);
        child = _children[place];
        return _keys[place] == key;
    }

    private void SetChild(int state, byte value, int child)
    {
        if (state == Root)
        {
            _first[value] = child;
            return;
        }

        ulong key = Key(state, value);
        int place = PlaceOf(key);
        _keys[place] = key;
        _children[place] = child;
    }

    private int PlaceOf(ulong key)
    {
        int mask = _keys.Length - 1;
        int place = (int)(unchecked(key * 0x9e37_79b9_7f4a_7c15) >> 33) & mask;
        while (_keys[place] != key && _keys[place] != 0)
        {
            place = (place + 1) & mask;
        }

        return place;
    }

    private static ulong Key(int state, byte value) => ((ulong)(uint)state << 8) | value;

    private static byte Fold(byte value) => char.IsAsciiLetterUpper((char)value) ? (byte)(value | 0x20) : value;

    private readonly record struct Edge(int Parent, byte Value, int Depth);
}
