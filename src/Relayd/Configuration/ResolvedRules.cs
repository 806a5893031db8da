using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Relayd.Configuration.Grammar;

namespace Sluice.Relayd.Configuration;

/// <summary>
/// The rules of a whole file in their last form: tags and labels are numbered in the order in which rules name them, those that no rule is
/// left with have none; and a table that no section uses is no target (R-FILTER-09).
/// </summary>
internal sealed class ResolvedRules(LoadState state)
{
    private readonly NumberedNames _tags = new();
    private readonly NumberedNames _labels = new();

    public IReadOnlyList<string> Tags => _tags.All;

    public IReadOnlyList<string> Labels => _labels.All;

    /// <summary>Those of a protocol; protocols come in the order of the file.</summary>
    public Sequence<Rule> Resolve(JoinedRules rules) => [.. rules.All().Select(Resolve)];

    private Rule Resolve(Rule rule) => rule with
    {
        TaggedId = rule.TaggedId == 0 ? 0 : _tags.Number(state.Tags.All[rule.TaggedId - 1]),
        Tag = Renumber(rule.Tag, state.Tags, _tags),
        Label = Renumber(rule.Label, state.Labels, _labels),
        ForwardTo = rule.ForwardTo is { } name && IsUsed(name) ? name : null,
    };

    private static Mark Renumber(Mark mark, NumberedNames written, NumberedNames kept) =>
        mark.Change == MarkChange.Set ? mark with { Id = kept.Number(written.All[mark.Id - 1]) } : mark;

    private bool IsUsed(string table)
    {
        foreach (Table used in state.Tables.All)
        {
            if (string.Equals(used.Definition, table, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
