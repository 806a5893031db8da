using System;

namespace Sluice.Relayd.Rules;

/// <summary>The rules whose key is in a message, in the order of the rules: only they need to be asked, and those that wait for no key.</summary>
internal sealed class Hits
{
    private const int Few = 16;

    // The ordinal of a rule above the number of the key that was found, so that their order is that of the rules.
    private ulong[] _hits = new ulong[Few];
    private int _lists;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Where a rule stands among all of its direction.</summary>
    public int Ordinal(int hit) => (int)(_hits[hit] >> 32);

    /// <summary>The number of the key that it waited for.</summary>
    public int Key(int hit) => (int)(_hits[hit] & int.MaxValue);

    public void Clear() => (Count, _lists) = (0, 0);

    /// <summary>Adds the rules that wait for one key.</summary>
    /// <param name="ordinals">In order.</param>
    /// <param name="key">The number of the key.</param>
    public void Add(ReadOnlySpan<int> ordinals, int key)
    {
        if (ordinals.IsEmpty)
        {
            return;
        }

        if (_hits.Length < Count + ordinals.Length)
        {
            Array.Resize(ref _hits, int.Max(Count + ordinals.Length, 2 * _hits.Length));
        }

        foreach (int ordinal in ordinals)
        {
            _hits[Count++] = ((ulong)(uint)ordinal << 32) | (uint)key;
        }

        _lists++;
    }

    /// <summary>Puts them in order.</summary>
    public void Sort()
    {
        if (_lists > 1)
        {
            _hits.AsSpan(0, Count).Sort();
        }
    }
}
