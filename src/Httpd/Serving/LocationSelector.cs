using System;

namespace Sluice.Httpd.Serving;

/// <summary>The locations of one server, in the order of the configuration (H-LOC-01 to H-LOC-08).</summary>
internal sealed class LocationSelector
{
    private readonly Place[] _places;
    private readonly OrderedMatches _paths;

    /// <summary>Steps that all searches took, as <see cref="OrderedMatches.Work"/> counts them.</summary>
    public long Work => _paths.Work;

    /// <summary>Indexes the locations of a server.</summary>
    /// <param name="paths">What each location's path is compared with.</param>
    /// <param name="places">The settings in force in each.</param>
    public LocationSelector(ReadOnlySpan<MatchText> paths, ReadOnlySpan<Place> places)
    {
        _paths = new OrderedMatches(paths);
        _places = places.ToArray();
    }

    /// <summary>The first location whose path matches; null if none does.</summary>
    /// <param name="path">The decoded canonical path, without query.</param>
    /// <param name="captures">Filled if the location's path is a pattern.</param>
    public Place? Select(ReadOnlySpan<byte> path, CaptureSlot captures) =>
        _places.Length == 0 ? null : SelectFrom(path, 0, captures);

    /// <summary>The next location that matches, where the condition of this one did not hold.</summary>
    public Place? SelectAfter(Place place, ReadOnlySpan<byte> path, CaptureSlot captures) =>
        SelectFrom(path, Array.IndexOf(_places, place) + 1, captures);

    private Place? SelectFrom(ReadOnlySpan<byte> path, int from, CaptureSlot captures) =>
        _paths.TryFind(path, from, captures, out int index) ? _places[index] : null;
}
