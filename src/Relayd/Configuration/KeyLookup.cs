using System;

namespace Sluice.Relayd.Configuration;

/// <summary>
/// Which keys can be looked up: no message matches a rule without having the key. The others are compared: globs, patterns, what is written, and texts that
/// cannot stand where they are looked for.
/// </summary>
internal static class KeyLookup
{
    /// <summary>Whether the key of an entity can be looked up.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="entity">One of its entities, or with another key.</param>
    public static bool IsPossible(Rule rule, Entity entity)
    {
        bool isOfRequests = entity.Kind is EntityKind.Query or EntityKind.Path or EntityKind.Url;
        if (entity.Key is null || (isOfRequests && rule.Direction == Direction.Response))
        {
            return false;
        }

        bool isExact = entity.Key.Kind == ComparandKind.Exact;
        bool isWritten = entity.Action is EntityAction.Append or EntityAction.Set;
        return entity.Kind switch
        {
            EntityKind.Path => isExact,
            EntityKind.Url => IsUrlPossible(rule, entity.Action, entity.Key),
            EntityKind.Query => isExact && !entity.Key.Text.AsSpan().ContainsAny('=', '&'),
            EntityKind.Header => isExact && !isWritten && !entity.Key.Text.Contains(':', StringComparison.Ordinal),

            // A host that is none ends it before cookies are looked at (R-FILTER-27).
            _ => isExact && !isWritten && !entity.Key.Text.Contains('=', StringComparison.Ordinal) && !HasUrl(rule),
        };
    }

    // A rule that logs URLs and does not block takes the key for a glob of paths too (R-FILTER-52).
    private static bool IsUrlPossible(Rule rule, EntityAction action, Comparand key) => key.Kind switch
    {
        ComparandKind.Digest or ComparandKind.DigestPattern => true,
        ComparandKind.Pattern => false,
        _ when action != EntityAction.Log || rule.Action == RuleAction.Block => true,
        _ => !key.Text.StartsWith('/') && !key.Text.AsSpan().ContainsAny("*?[\\") && !key.Text.Contains("://", StringComparison.Ordinal),
    };

    private static bool HasUrl(Rule rule)
    {
        foreach (Entity entity in rule.Entities)
        {
            if (entity.Kind == EntityKind.Url)
            {
                return true;
            }
        }

        return false;
    }
}
