namespace Sluice.Configuration;

/// <summary>What a load came to.</summary>
/// <typeparam name="T">The records of a program.</typeparam>
/// <param name="Configuration">Null when there was an error.</param>
/// <param name="Diagnostics">All that was found.</param>
public sealed record LoadResult<T>(T? Configuration, Diagnostics Diagnostics)
    where T : class;

/// <summary>How much a load tells.</summary>
public enum LoadVerbosity
{
    /// <summary>What is wrong or dangerous.</summary>
    Normal,

    /// <summary>Unused macros too (<c>-v</c>).</summary>
    Verbose,
}
