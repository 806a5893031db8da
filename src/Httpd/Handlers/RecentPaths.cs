using System;

using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers;

/// <summary>Roughly the last so many different paths, each by its hash alone: four bytes for a path.</summary>
/// <remarks>A path is forgotten when another takes its slot, and two with the same hash are taken for one: it serves for
/// guesses.</remarks>
internal sealed class RecentPaths(int count)
{
    /// <summary>Made when the first path comes: most processes never need it.</summary>
    private int[]? _marks;

    /// <summary>Remembers a path; whether it was remembered before.</summary>
    public bool Remember(ReadOnlySpan<byte> path) => Remember(ByteKeys.Exact.GetHashCode(path));

    /// <summary>Remembers a path by its hash; whether it, or another with that hash, was remembered before.</summary>
    public bool Remember(int hash)
    {
        // Of a slot that nothing was put into, the value is 0.
        int mark = hash == 0 ? 1 : hash;
        _marks ??= new int[count];
        ref int slot = ref _marks[unchecked((uint)mark) % (uint)count];
        bool isKnown = slot == mark;
        slot = mark;
        return isKnown;
    }
}
