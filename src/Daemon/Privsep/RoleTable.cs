using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.Daemon.Privsep;

/// <summary>All roles of one daemon.</summary>
public sealed class RoleTable
{
    /// <summary>Takes the roles in the order in which they are started.</summary>
    /// <exception cref="ArgumentException">Two have one name, or a channel leads to a role that is not there.</exception>
    public RoleTable(params ReadOnlySpan<Role> roles)
    {
        Roles = [.. roles];
        if (Roles.Select(role => role.Name).Distinct(StringComparer.Ordinal).Count() != Roles.Count)
        {
            throw new ArgumentException("two roles have the same name", nameof(roles));
        }

        if (Roles.SelectMany(role => role.Channels).FirstOrDefault(name => Find(name) is null) is { } missing)
        {
            throw new ArgumentException($"a channel leads to {missing}, which is no role", nameof(roles));
        }

        if (Roles.SelectMany(role => role.Reads).FirstOrDefault(name => WriterOf(name) is null) is { } unwritten)
        {
            throw new ArgumentException($"nobody writes the area {unwritten}", nameof(roles));
        }
    }

    /// <summary>The roles, in the order in which they are started.</summary>
    public IReadOnlyList<Role> Roles { get; }

    /// <summary>The role of that name, or null.</summary>
    public Role? Find(string name) => Roles.FirstOrDefault(role => string.Equals(role.Name, name, StringComparison.Ordinal));

    /// <summary>The role whose processes write an area, or null.</summary>
    internal Role? WriterOf(string area) => Roles.FirstOrDefault(role => string.Equals(role.Writes?.Name, area, StringComparison.Ordinal));

    /// <summary>Whether processes of the two roles have channels to each other.</summary>
    internal static bool AreConnected(Role one, Role other) =>
        one.Channels.Contains(other.Name, StringComparer.Ordinal) || other.Channels.Contains(one.Name, StringComparer.Ordinal);
}
