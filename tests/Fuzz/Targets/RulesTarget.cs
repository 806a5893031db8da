using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Configuration;
using Sluice.Engine.Io;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Rules;
using Sluice.Relayd.Tables.Scheduling;
using Sluice.Unit.Relayd.Rules;

namespace Sluice.Fuzz.Targets;

/// <summary>Filter rules and a request: what rules that are looked up by their keys come to. The oracle asks each rule, one after the other.</summary>
internal sealed class RulesTarget : FuzzTarget
{
    private const char Border = '\u00ff';

    private static readonly UrlDigests _digests = new();

    private readonly Func<string, string> _change;

    public RulesTarget()
        : this(static rules => rules)
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="change">What the rules under test are in truth; the oracle has them as they are written.</param>
    private RulesTarget(Func<string, string> change)
    {
        _change = change;
    }

    public override string Name => "rules";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("goes on behind quick", new RulesTarget(static rules => rules.Replace(" quick", "", StringComparison.Ordinal))),
        new("forgets tags", new RulesTarget(static rules => rules.Replace(" tagged T", "", StringComparison.Ordinal))),
        new("lets the first rule decide", new RulesTarget(static rules => string.Join('\n', rules.Split('\n').Reverse()))),
        new("finds no key with a capital letter", new RulesTarget(static rules => rules.Replace("\"A", "\"\u00c4", StringComparison.Ordinal))),
        new("takes the key behind the right one", new RulesTarget(static rules => rules.Replace("\"/a\"", "\"/a/\"", StringComparison.Ordinal))),
        new("removes nothing", new RulesTarget(static rules => rules.Replace(" remove ", " ", StringComparison.Ordinal))),
    ];

    public override byte[] Generate(Random random)
    {
        AnyRules any = new(random);
        string rules = any.Rules();
        PlainMessage message = any.Request();
        string target = message.Path + (message.Query is null ? "" : "?" + message.Query);
        return Encoding.Latin1.GetBytes(
            $"{rules}{Border}{message.Method} {target} HTTP/1.0\r\n{string.Concat(message.Fields.Select(field => $"{field.Name}: {field.Value}\r\n"))}\r\n");
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string[] parts = Encoding.Latin1.GetString(input).Split(Border);
        RequestHead head = new();
        bool isRequest = parts.Length == 2 && RequestParser.Parse(Encoding.Latin1.GetBytes(parts[1]), head, HeadLimits.Relayd) == ParseStatus.Complete
            && head.TargetForm == TargetForm.Origin && head.FieldCount < 100;
        if (!isRequest || Load(parts[0]) is not { } written || Load(_change(parts[0])) is not { } tested)
        {
            return null;
        }

        PlainOutcome expected = new NaiveRules([.. written.Protocols[0].Rules], written, Plain(head)).Evaluate(tag: 0, label: 0);
        PlainOutcome found = Evaluate(tested, head);
        return Named(expected, written) == Named(found, tested) ? null : $"{found} should be {expected}";
    }

    private static RelaydConfiguration? Load(string rules) => RelaydConfigurationLoader.Load(
        "f",
        new Macros(),
        new SoleFile(Encoding.Latin1.GetBytes($"table <hosts> {{ 192.0.2.11 }}\ntable <others> {{ 192.0.2.12 }}\nhttp protocol p {{\n{rules}\n}}\nrelay r {{\nlisten on ::1 port 80\nprotocol p\nforward to <hosts> port 80\nforward to <others> port 80\n}}\n")),
        new NoRelayTlsFiles(),
        LoadVerbosity.Normal).Configuration;

    private static PlainMessage Plain(RequestHead head) => new(
        Text(head.MethodText),
        head.Has(KnownField.Host) ? Text(head.HostText) : null,
        Text(head.Path),
        head.HasQuery ? Text(head.Query) : null,
        [.. Enumerable.Range(0, head.FieldCount).Select(field => (Text(head.FieldName(field)), Text(head.FieldValue(field))))]);

    private static PlainOutcome Evaluate(RelaydConfiguration configuration, RequestHead head)
    {
        RuleSet rules = RuleSet.Of(configuration.Protocols[0], configuration, new RuleEnvironment(_digests, static _ => { }, static _ => { }))!;
        RuleSubject subject = new();
        subject.Begin(new RelayFacts(default, TimeoutSeconds: 1, new SipHash(new byte[SipHash.KeyLength])), client: SocketAddress.FromIp([192, 0, 2, 1], port: 1), local: default);
        HeadChanges changes = new();
        changes.Begin(head);
        RuleVerdict verdict = rules.Evaluate(Direction.Request, head, changes, subject);
        byte[] fields = new byte[changes.MostFieldBytes];
        string written = Text(fields.AsSpan(0, changes.WriteFields(fields))).Replace("\r\n", "|", StringComparison.Ordinal);
        return new PlainOutcome(verdict.ToString(), subject.TagId, subject.LabelId, subject.Table, Text(rules.Log), Text(changes.Path), written);
    }

    // Numbers of tags and labels are those of one configuration.
    private static (PlainOutcome Outcome, string Tag, string Label) Named(PlainOutcome outcome, RelaydConfiguration configuration) => (
        outcome with { Tag = 0, Label = 0 },
        outcome.Tag == 0 ? "" : configuration.Tags[outcome.Tag - 1],
        outcome.Label == 0 ? "" : configuration.Labels[outcome.Label - 1]);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
