using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>A further test of a location whose path matched.</summary>
internal enum Existence
{
    /// <summary>No test.</summary>
    Any,

    /// <summary>The path must exist under the location's root.</summary>
    Found,

    /// <summary>It must not.</summary>
    NotFound,
}

/// <summary>A <c>location</c> block, with what it inherits from its server already in <see cref="Settings"/>.</summary>
internal sealed record Location
{
    /// <summary>Glob or pattern over the decoded path; at most 254 bytes.</summary>
    public required string Path { get; init; }

    public NameKind Kind { get; init; }

    public Existence Existence { get; init; }

    /// <summary>Which clients it serves; null for all.</summary>
    public ClientFilter? From { get; init; }

    public required Settings Settings { get; init; }
}

/// <summary><c>[not] from</c>: the networks that a location serves.</summary>
/// <param name="Networks">At least one.</param>
/// <param name="Not">Whether it serves all others instead.</param>
internal sealed record ClientFilter(Sequence<Prefix> Networks, bool Not = false);
