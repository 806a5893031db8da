using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;

using Sluice.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>
/// Many keys, and the rules that wait for each: whatever their number, asking for a text costs the same. A key is known by its number, from 0.
/// </summary>
/// <remarks>Keys come from the configuration, texts from peers: nobody who sends texts can choose what collides with what.</remarks>
internal sealed class KeyIndex
{
    /// <summary>The number of a text that is no key.</summary>
    public const int None = -1;

    private readonly byte[] _text;
    private readonly int[] _ends; // of each key in _text
    private readonly int[] _places; // number + 1 of a key; 0: empty; at most half of them are taken
    private readonly int[] _waiting; // ordinals of rules, those of a key together, in order
    private readonly int[] _waitingEnds; // of each key in _waiting
    private readonly uint[] _visits; // of each key: the round in which it was found last
    private readonly ulong _lengths; // a bit for each length, modulo 64
    private uint _round;

    private KeyIndex(List<byte[]> keys, List<List<int>> waiting)
    {
        _ends = new int[keys.Count];
        _waitingEnds = new int[keys.Count];
        _visits = new uint[keys.Count];
        _places = new int[keys.Count == 0 ? 1 : BitOperations.RoundUpToPowerOf2((uint)keys.Count * 2)];
        _text = Joined(keys, _ends);
        _waiting = Joined(waiting, _waitingEnds);
        for (int key = 0; key < keys.Count; key++)
        {
            _lengths |= 1UL << (keys[key].Length & 63);
            int place = Hash(keys[key]) & (_places.Length - 1);
            while (_places[place] != 0)
            {
                place = (place + 1) & (_places.Length - 1);
            }

            _places[place] = key + 1;
        }
    }

    /// <summary>How many keys there are.</summary>
    public int Count => _ends.Length;

    /// <summary>A key as it was given.</summary>
    public ReadOnlySpan<byte> Key(int key) => _text.AsSpan((key == 0 ? 0 : _ends[key - 1]).._ends[key]);

    /// <summary>The rules that wait for a key, by their ordinals.</summary>
    public ReadOnlySpan<int> Waiting(int key) => _waiting.AsSpan((key == 0 ? 0 : _waitingEnds[key - 1]).._waitingEnds[key]);

    /// <summary>Whether any key is so long; some lengths pass of which none is.</summary>
    public bool MayHave(int length) => ((_lengths >> (length & 63)) & 1) != 0;

    /// <summary>The number of a key; <see cref="None"/> for another text.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        if (!MayHave(text.Length))
        {
            return None;
        }

        int place = Hash(text) & (_places.Length - 1);
        while (true)
        {
            int key = _places[place] - 1;
            if (key < 0 || Key(key).SequenceEqual(text))
            {
                return key;
            }

            place = (place + 1) & (_places.Length - 1);
        }
    }

    /// <summary>Begins with another message: no key was found in it yet.</summary>
    public void BeginRound()
    {
        if (_round == uint.MaxValue)
        {
            _visits.AsSpan().Clear();
            _round = 0;
        }

        _round++;
    }

    /// <summary>Adds the rules that wait for a text, where it is a key that was not found in this round before.</summary>
    public void Collect(ReadOnlySpan<byte> text, Hits hits)
    {
        int key = Find(text);
        if (key != None)
        {
            Collect(key, hits);
        }
    }

    /// <summary>Adds the rules that wait for a key, unless it was found in this round before.</summary>
    public void Collect(int key, Hits hits)
    {
        if (_visits[key] != _round)
        {
            _visits[key] = _round;
            hits.Add(Waiting(key), key);
        }
    }

    private static int Hash(ReadOnlySpan<byte> text)
    {
        const ulong Odd = 0x9e37_79b9_7f4a_7c15; // 2^64 divided by the golden ratio
        unchecked
        {
            ulong hash = (ulong)text.Length * Odd;
            while (text.Length >= sizeof(ulong))
            {
                hash = BitOperations.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * Odd, 29);
                text = text[sizeof(ulong)..];
            }

            ulong last = 0;
            foreach (byte value in text)
            {
                last = (last << 8) | value;
            }

            hash = (hash ^ last) * Odd;
            return (int)(hash >> 33);
        }
    }

    private static T[] Joined<T>(IReadOnlyList<IReadOnlyList<T>> lists, int[] ends)
    {
        int length = 0;
        foreach (IReadOnlyList<T> list in lists)
        {
            length += list.Count;
        }

        T[] joined = new T[length];
        int end = 0;
        for (int i = 0; i < lists.Count; i++)
        {
            foreach (T item in lists[i])
            {
                joined[end++] = item;
            }

            ends[i] = end;
        }

        return joined;
    }

    /// <summary>Gathers keys.</summary>
    internal sealed class Builder
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
        private readonly List<byte[]> _keys = [];
        private readonly List<List<int>> _waiting = [];

        /// <summary>Adds a key, unless it is there.</summary>
        /// <returns>Its number.</returns>
        public int Add(ReadOnlySpan<byte> key)
        {
            if (_numbers.TryAdd(Bytes.Text(key), _keys.Count))
            {
                _keys.Add(key.ToArray());
                _waiting.Add([]);
            }

            return _numbers[Bytes.Text(key)];
        }

        /// <summary>Adds a rule that waits for a key; rules come in order.</summary>
        public void Add(ReadOnlySpan<byte> key, int ordinal) => _waiting[Add(key)].Add(ordinal);

        public KeyIndex Build() => new(_keys, _waiting);
    }
}
