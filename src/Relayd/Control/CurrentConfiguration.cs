using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Control;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Control;

/// <summary>The configuration of this process.</summary>
/// <param name="Generation">Its number.</param>
/// <param name="Configuration">Its slice for the control process.</param>
internal readonly record struct CurrentConfiguration(uint Generation, RelaydConfiguration Configuration);

/// <summary>What an operator means (R-CTL-23).</summary>
internal static class Find
{
    /// <summary>The table of an id, or all of a name.</summary>
    public static IEnumerable<Table> Tables(RelaydConfiguration configuration, Target target) =>
        configuration.Tables.Where(table => target.Id == 0 ? table.Name.Equals(target.Name, StringComparison.Ordinal) : table.Id == target.Id);

    /// <summary>The redirection of an id, or of a name.</summary>
    public static IEnumerable<Redirect> Redirects(RelaydConfiguration configuration, Target target) =>
        configuration.Redirects.Where(redirect => target.Id == 0 ? redirect.Name.Equals(target.Name, StringComparison.Ordinal) : redirect.Id == target.Id);

    /// <summary>The tables of <see cref="Tables"/>, or those that were made of the definition of a name.</summary>
    public static IEnumerable<Table> TablesAndDefinitions(RelaydConfiguration configuration, Target target) => configuration.Tables.Where(table =>
        target.Id == 0
            ? table.Name.Equals(target.Name, StringComparison.Ordinal) || table.Definition.Equals(target.Name, StringComparison.Ordinal)
            : table.Id == target.Id);

    /// <summary>The host of an id, or all of a name.</summary>
    public static IEnumerable<Host> Hosts(RelaydConfiguration configuration, Target target) => configuration.Tables
        .SelectMany(static table => table.Hosts)
        .Where(host => target.Id == 0 ? host.Name.Equals(target.Name, StringComparison.Ordinal) : host.Id == target.Id);
}
