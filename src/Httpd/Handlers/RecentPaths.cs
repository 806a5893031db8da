using System;

using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers;

/// <summary>Roughly the last so many different paths, each by its hash alone: four bytes for a path.</summary>
/// <remarks>A path is forgotten when another takes its slot, and two with the same hash are taken for one: it serves for
/// guesses.</remarks>
internal sealed class RecentPaths(int count)
{
    /// <summary>Made when the first path comes: most processes never need it.</summary>
    private int[]? _hashes;

    /// <summary>Remembers a path; whether it was remembered before.</summary>
    public bool Remember(ReadOnlySpan<byte> path)
    {
        _hashes ??= new int[count];
        int hash = ByteKeys.Exact.GetHashCode(path);
        ref int slot = ref _hashes[unchecked((uint)hash) % (uint)count];
        bool isKnown = slot == hash;
        slot = hash;
        return isKnown;
    }
}
