using System;

namespace Sluice.Httpd.Serving;

/// <summary>The locations of one server, in the order of the configuration (H-LOC-01 to H-LOC-08).</summary>
internal sealed class LocationSelector
{
    private readonly Place[] _places;
    private readonly OrderedMatches _paths;

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
    public Place? Select(ReadOnlySpan<byte> path) => _places.Length == 0 ? null : SelectFrom(path, 0);

    /// <summary>The next location that matches, where the condition of this one did not hold.</summary>
    public Place? SelectAfter(Place place, ReadOnlySpan<byte> path) =>
        SelectFrom(path, Array.IndexOf(_places, place) + 1);

    private Place? SelectFrom(ReadOnlySpan<byte> path, int from) =>
        _paths.TryFind(path, from, out int index) ? _places[index] : null;
}
