using System;

using Sluice.Http.Codec;
using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>The path of a request (R-FILTER-43). An absolute URL in its place matches as it is, and as its path alone: there is no way around a rule.</summary>
internal sealed class PathPart : Part
{
    private readonly bool _isListed;
    private readonly TextTest? _path;
    private readonly TextTest? _query;
    private readonly NewValue? _newValue;

    /// <summary>Compiles one.</summary>
    /// <param name="entity">Has a key.</param>
    /// <param name="list">The keys of the rule where it has many, and this part has them.</param>
    /// <param name="compiling">Hears of patterns that cannot be tried.</param>
    public PathPart(Entity entity, KeyList? list, RuleCompiling compiling)
        : base(entity.Action)
    {
        _isListed = list is not null;
        _path = TextTest.Of(entity.Key, LetterCase.Matters, compiling.Warn);
        _query = entity.Action == EntityAction.Match ? TextTest.Of(entity.Value, LetterCase.Folded, compiling.Warn) : null;
        _newValue = IsWritten && entity.Value is not null ? NewValue.OfPath(entity.Value) : null;
    }

    public override MatchResult Match(MessageView message, ref Binding binding)
    {
        // A key of a list was found by the path already.
        bool isMatch = _isListed || _path is null || _path.Matches(message.Path)
            || (message.Request!.TargetForm == TargetForm.Absolute && _path.Matches(message.Request.Path));
        return isMatch && (_query is null || _query.Matches(message.Request!.Query)) ? MatchResult.Yes : MatchResult.No;
    }

    public override void Act(RuleRun run, in Binding binding)
    {
        switch (Action)
        {
            case EntityAction.Append when _newValue is not null:
                run.SetPath(run.Changes.Path, _newValue);
                break;
            case EntityAction.Set when _newValue is not null:
                run.SetPath([], _newValue);
                break;
            case EntityAction.Remove:
                run.SetPath("/"u8, rest: null);
                break;
            case EntityAction.Hash:
                run.Hash(run.Target());
                break;
            case EntityAction.Log:
                run.LogTarget();
                break;
            default:
                break;
        }
    }
}

/// <summary>Leading parts that are taken from a path (R-FILTER-65).</summary>
internal static class PathStrip
{
    /// <summary>What is left; where there are fewer parts, the last one.</summary>
    /// <param name="path">As it is.</param>
    /// <param name="parts">How many to take away.</param>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> path, int parts)
    {
        for (; parts > 0 && !path.IsEmpty; parts--)
        {
            int next = path[1..].IndexOf((byte)'/');
            if (next < 0)
            {
                break;
            }

            path = path[(1 + next)..];
        }

        return path;
    }
}
