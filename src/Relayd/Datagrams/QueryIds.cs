using System;

using Sluice.Engine;

namespace Sluice.Relayd.Datagrams;

/// <summary>The numbers of queries to hosts (R-DNS-02): each is drawn at random from those that have been out of use for longest, and none is two queries' at a time.</summary>
/// <remarks>A number that is given back is drawn again only after <see cref="Resting"/> others were given back: a late answer finds nobody.</remarks>
/// <param name="random">Where numbers come from that nobody can guess.</param>
internal sealed class QueryIds(RandomNumbers random)
{
    /// <summary>How many there are.</summary>
    public const int Count = 65_536;

    /// <summary>How many of those that were used last are not drawn.</summary>
    public const int Resting = 8192;

    // A ring: the free ones from _first on, those that were given back last at their end.
    private readonly ushort[] _ring = All();
    private int _first;
    private int _free = Count;

    /// <summary>Draws one; at most <see cref="Count"/> less <see cref="Resting"/> are out at a time.</summary>
    public ushort Take()
    {
        if (_free <= Resting)
        {
            throw new InvalidOperationException("all numbers are out");
        }

        int drawn = (_first + random.Next(_free - Resting)) & (Count - 1);
        ushort id = _ring[drawn];
        _ring[drawn] = _ring[_first];
        _first = (_first + 1) & (Count - 1);
        _free--;
        return id;
    }

    /// <summary>It is nobody's any more.</summary>
    /// <param name="id">One that is out.</param>
    public void Return(ushort id)
    {
        _ring[(_first + _free) & (Count - 1)] = id;
        _free++;
    }

    // In an order of their own, so that the ones that rest at first are no matter.
    private static ushort[] All()
    {
        ushort[] all = new ushort[Count];
        for (int i = 0; i < Count; i++)
        {
            all[i] = (ushort)i;
        }

        return all;
    }
}
