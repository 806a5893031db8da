using System;

using Sluice.Configuration;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>Tags and labels of a configuration.</summary>
internal sealed class RuleNames
{
    private readonly Sequence<string> _tags;
    private readonly Sequence<string> _labels;
    private readonly byte[][] _labelTexts;

    public RuleNames(RelaydConfiguration configuration)
    {
        (_tags, _labels) = (configuration.Tags, configuration.Labels);
        _labelTexts = new byte[_labels.Count + 1][];
        _labelTexts[0] = [];
        for (int id = 1; id <= _labels.Count; id++)
        {
            _labelTexts[id] = Bytes.Of(_labels[id - 1]);
        }
    }

    /// <summary>Gives a session the tag, the label and the table of a rule that matched.</summary>
    public void Mark(RuleSubject subject, Rule rule)
    {
        subject.TagId = rule.Tag.Of(subject.TagId);
        subject.LabelId = rule.Label.Of(subject.LabelId);
        subject.Label = _labelTexts[subject.LabelId];
        if (rule.ForwardTo is not null && rule.Direction == Direction.Request)
        {
            subject.Table = rule.ForwardTo;
        }
    }

    /// <summary>Gives a session the numbers of here for those of another configuration; none where a name is not there any more.</summary>
    public void Adopt(RuleSubject subject, RelaydConfiguration former)
    {
        subject.TagId = Number(subject.TagId, former.Tags, _tags);
        subject.LabelId = Number(subject.LabelId, former.Labels, _labels);
        subject.Label = _labelTexts[subject.LabelId];
    }

    private static int Number(int id, Sequence<string> former, Sequence<string> names) => id == 0 ? 0 : names.AsSpan().IndexOf(former[id - 1]) + 1;
}
