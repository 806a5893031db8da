using System.Collections.Generic;

using Sluice.Configuration;

namespace Sluice.Relayd.Configuration.Text;

/// <summary>Rules as text, in a normal form: one order of options, no file of keys, nothing that is meant anyway.</summary>
/// <remarks>Rules are printed in the order of the file: a tag or label that no rule above names cannot be taken away.</remarks>
/// <param name="configuration">Has the names of tags and labels.</param>
internal sealed class RuleText(RelaydConfiguration configuration)
{
    private bool _namesTag;
    private bool _namesLabel;

    public string Print(Rule rule)
    {
        List<string> words = [.. Head(rule)];
        foreach (Entity entity in rule.Entities)
        {
            words.AddRange(Words(entity));
        }

        if (rule.Strip != 0)
        {
            words.Add($"path strip {rule.Strip}");
        }

        if (rule.TaggedId != 0)
        {
            _namesTag = true;
            words.Add("tagged " + Quoting.Quote(configuration.Tags[rule.TaggedId - 1]));
        }

        if (Words("tag", rule.Tag, configuration.Tags, ref _namesTag) is { } tag)
        {
            words.Add(tag);
        }

        if (Words("label", rule.Label, configuration.Labels, ref _namesLabel) is { } label)
        {
            words.Add(label);
        }

        if (rule.ForwardTo is not null)
        {
            words.Add($"forward to <{Quoting.Quote(rule.ForwardTo)}>");
        }

        return string.Join(' ', words);
    }

    private static IEnumerable<string> Head(Rule rule)
    {
        yield return rule.Action switch
        {
            RuleAction.Pass => "pass",
            RuleAction.Block => "block",
            _ => "match",
        };
        yield return rule.Direction == Direction.Response ? "response" : "request";
        if (rule.IsQuick)
        {
            yield return "quick";
        }

        if (rule.Family != Family.Any)
        {
            yield return rule.Family == Family.Inet ? "inet" : "inet6";
        }

        if (rule.From is not null)
        {
            yield return "from " + ConfigurationText.Network(rule.From);
        }

        if (rule.To is not null)
        {
            yield return "to " + ConfigurationText.Network(rule.To);
        }

        if (rule.Method is not null)
        {
            yield return "method " + Quoting.Quote(rule.Method);
        }

        if (rule.ServerName is not null)
        {
            yield return "sni " + Quoting.Quote(rule.ServerName);
        }
    }

    private static IEnumerable<string> Words(Entity entity)
    {
        yield return entity.Kind switch
        {
            EntityKind.Query => "query",
            EntityKind.Path => "path",
            EntityKind.Url => "url",
            EntityKind.Cookie => "cookie",
            _ => "header",
        };
        string? action = entity.Action switch
        {
            EntityAction.Append => "append",
            EntityAction.Set => "set",
            EntityAction.Remove => "remove",
            EntityAction.Hash => "hash",
            EntityAction.Log => "log",
            _ => null,
        };
        if (action is not null)
        {
            yield return action;
        }

        // What is logged without a key has this one, which no cookie can be given otherwise.
        bool isAny = entity is { Action: EntityAction.Log, Key: { Kind: ComparandKind.Glob, Text: "*" }, Value: null };
        if (entity.Key is { } key && !isAny)
        {
            yield return Word(key);
            if (entity.Value is { } value)
            {
                yield return "value " + Word(value);
            }
        }
    }

    private static string Word(Comparand comparand) => comparand.Kind switch
    {
        ComparandKind.Pattern => "pattern ",
        ComparandKind.Digest => "digest ",
        ComparandKind.DigestPattern => "pattern digest ",
        _ => "",
    } + Quoting.Quote(comparand.Text);

    private static string? Words(string what, Mark mark, Sequence<string> names, ref bool isNamed)
    {
        bool wasNamed = isNamed;
        isNamed |= mark.Change != MarkChange.None;
        return mark.Change switch
        {
            MarkChange.Set => $"{what} {Quoting.Quote(names[mark.Id - 1])}",
            MarkChange.Clear => wasNamed ? $"no {what}" : $"{what} \"none\" no {what}",
            _ => null,
        };
    }
}
