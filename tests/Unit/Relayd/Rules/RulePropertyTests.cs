using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Http.Codec;
using Sluice.Relayd.Configuration;
using Sluice.Unit.Http.Codec;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Rules;

/// <summary>What is looked up by keys comes to the same as what is asked rule by rule.</summary>
public sealed class RulePropertyTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_rules_come_to_the_same_as_one_after_the_other(int seed)
    {
        AnyRules any = new(new Random(seed));
        string text = any.Rules();
        RelaydConfiguration configuration = Loaded.Good(Loaded.Protocol(text));
        Ruled ruled = new(configuration);
        Assert.All(Enumerable.Range(0, 40).Select(_ => any.Request()).ToList(), message => AssertSame(ruled, message, text));
    }

    private static void AssertSame(Ruled ruled, PlainMessage message, string text)
    {
        string target = message.Path + (message.Query is null ? "" : "?" + message.Query);
        string head = $"{message.Method} {target} HTTP/1.0\r\n{string.Concat(message.Fields.Select(field => $"{field.Name}: {field.Value}\r\n"))}\r\n";
        IReadOnlyList<Rule> rules = [.. ruled.Configuration.Protocols[0].Rules];
        PlainOutcome expected = new NaiveRules(rules, ruled.Configuration, message).Evaluate(ruled.Subject.TagId, ruled.Subject.LabelId);
        _ = ruled.Ask(Direction.Request, Heads.Parse(head, HeadLimits.Relayd));
        PlainOutcome actual = new(ruled.Verdict.ToString(), ruled.Subject.TagId, ruled.Subject.LabelId, ruled.Subject.Table, ruled.Logged, ruled.Target.Split('?')[0], ruled.AllFields);
        Assert.True(expected == actual, $"{expected}\n{actual}\n{head}\n{text}");
    }
}
