using System;
using System.Collections.Generic;

using Sluice.Configuration;

namespace Sluice.Httpd.Configuration;

/// <summary>
/// What is read and checked but does not run yet. A configuration that uses it is refused when httpd starts or reloads,
/// so that nothing half-works; <c>-n</c> accepts it.
/// </summary>
internal static class Availability
{
    /// <summary>The one table: a directive leaves it with the commit that makes it run.</summary>
    public static IReadOnlySet<string> Missing { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "authenticate",
    };

    /// <summary>Adds an error to a load's diagnostics for each directive that does not run, at its first use.</summary>
    /// <param name="result">A load without errors.</param>
    /// <returns>Whether everything runs.</returns>
    public static bool Check(LoadResult result)
    {
        bool all = true;
        foreach ((string directive, Position position) in result.Uses)
        {
            if (Missing.Contains(directive))
            {
                all = false;
                result.Diagnostics.Error(position, $"{directive} does not run in this version of httpd yet", "Remove it, or check the file with -n only.");
            }
        }

        return all;
    }
}
