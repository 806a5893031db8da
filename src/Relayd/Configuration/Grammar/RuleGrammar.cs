using System;
using System.Buffers;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Http.Codec;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>FILTER RULES of relayd.conf(5) (R-FILTER-01 to -11).</summary>
internal sealed class RuleGrammar(LoadState state)
{
    // Of names, and of globs of them.
    private static readonly SearchValues<char> _ofNames = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_*?[]!");

    private readonly TokenReader _reader = state.Reader;

    /// <summary>action [ direction ] [ "quick" ] [ family ] [ "from" prefix ] [ "to" prefix ] { option }</summary>
    /// <param name="rules">Gets the rule, or one for each line of its file.</param>
    public void Rule(JoinedRules rules)
    {
        Rule rule = Head(rules.Count + 1);
        EntityGrammar entities = new(_reader);
        while (Option(ref rule, entities))
        {
        }

        if (_reader.Failed)
        {
            return;
        }

        if (rule.Direction == Direction.Response && entities.IsOfRequests)
        {
            _reader.Error("failed to load rule", "path, query and url are parts of requests.");
            return;
        }

        Add(rules, rule, entities);
    }

    private void Add(JoinedRules rules, Rule rule, EntityGrammar entities)
    {
        if (entities.File is not { } path)
        {
            rules.Add(rule with { Entities = entities.Resolve() });
            return;
        }

        if (RuleFile.Keys(path, state.Host) is not { } keys)
        {
            _reader.Error($"failed to load rules from {path}", "It must be there, and have a key on each line.");
            return;
        }

        foreach (string key in keys)
        {
            rules.Add(rule with { Entities = entities.Resolve(key) });
        }
    }

    private Rule Head(int id)
    {
        Rule rule = new()
        {
            Id = id,
            Action = _reader.Take().Text switch
            {
                "pass" => RuleAction.Pass,
                "block" => RuleAction.Block,
                _ => RuleAction.Match,
            },
            Direction = _reader.TakeKeyword("response") ? Direction.Response : Direction.Request,
        };
        if (rule.Direction == Direction.Request)
        {
            _ = _reader.TakeKeyword("request");
        }

        bool isQuick = _reader.TakeKeyword("quick");
        Family family = _reader.TakeKeyword("inet") ? Family.Inet : _reader.TakeKeyword("inet6") ? Family.Inet6 : Family.Any;
        Prefix? from = _reader.TakeKeyword("from") ? Peer(ref family) : null;
        Prefix? to = _reader.TakeKeyword("to") ? Peer(ref family) : null;
        return rule with { IsQuick = isQuick, Family = family, From = from, To = to };
    }

    /// <summary>Whatever says a family must say the same.</summary>
    private Prefix? Peer(ref Family family)
    {
        if (ListenGrammar.Prefix(_reader, state.Host) is not { } prefix)
        {
            return null;
        }

        Family own = Addresses.IsVersion4(prefix.Address) ? Family.Inet : Family.Inet6;
        if (family != Family.Any && family != own)
        {
            _reader.Error("address family mismatch", "inet, inet6, from and to of a rule are of one family.");
        }

        family = own;
        return prefix;
    }

    /// <summary>Reads one option; false where none comes next.</summary>
    private bool Option(ref Rule rule, EntityGrammar entities)
    {
        if (_reader.TakeWord("sni"))
        {
            rule = rule with { ServerName = ServerName() };
            return true;
        }

        if (_reader.Peek().Kind != TokenKind.Keyword)
        {
            return false;
        }

        switch (_reader.Peek().Text)
        {
            case "method":
                _ = _reader.Take();
                rule = rule with { Method = Method() };
                return true;
            case "forward":
                _ = _reader.Take();
                rule = rule with { ForwardTo = ForwardTo() };
                return true;
            case "tag":
                _ = _reader.Take();
                rule = rule with { Tag = Set(rule.Tag, state.Tags, "tag", Limits.TagName) };
                return true;
            case "label":
                _ = _reader.Take();
                rule = rule with { Label = Set(rule.Label, state.Labels, "label", Limits.Label) };
                return true;
            case "tagged":
                _ = _reader.Take();
                rule = rule with { TaggedId = Tagged(rule.TaggedId) };
                return true;
            case "no":
                _ = _reader.Take();
                rule = No(rule);
                return true;
            case "path":
                rule = rule with { Strip = entities.ReadPath() ?? rule.Strip };
                return true;
            default:
                return entities.Read();
        }
    }

    private string Method()
    {
        string name = _reader.ExpectText("a method of HTTP");
        bool isKnown = Methods.Of(Bytes.Of(name)) != Http.Codec.Method.Unknown || name is "MKCALENDAR";
        if (!isKnown)
        {
            string remedy = Methods.Of(Bytes.Of(name.ToUpperInvariant())) == Http.Codec.Method.Unknown ? "Such as GET, HEAD or POST." : $"Write: {name.ToUpperInvariant()}";
            _reader.Error(_reader.Previous, "unknown HTTP method currently not supported", remedy);
        }

        return name;
    }

    /// <summary>string, behind "sni": a glob of names, which have no case.</summary>
    private string ServerName()
    {
        string name = Strings.Read(_reader, "a name, or a glob of names", Limits.HostName, "sni truncated");
        if (!_reader.Failed && (name.Length == 0 || name.AsSpan().ContainsAnyExcept(_ofNames)))
        {
            _reader.Error(_reader.Previous, $"invalid sni: {name}", "A name has letters, digits, hyphens and dots, and may have *, ? and brackets for others: sni \"*.example.org\"");
        }

        return name.ToLowerInvariant();
    }

    /// <summary>"to" "&lt;" string ">", behind "forward"</summary>
    private string ForwardTo()
    {
        _reader.ExpectKeyword("to");
        string name = TableGrammar.ReadName(_reader);
        if (!_reader.Failed && state.Tables.Find(name) is null)
        {
            _reader.Error(_reader.Previous, "undefined forward table", $"Define it above the protocol: table <{name}> {{ ... }}");
        }

        return name;
    }

    private Mark Set(Mark before, NumberedNames names, string what, int longest)
    {
        int id = Number(names, what, longest);
        if (before.Change == MarkChange.Set)
        {
            _reader.Error(_reader.Previous, $"{what} already defined", $"A rule gives one {what}.");
        }

        return new Mark(MarkChange.Set, id);
    }

    private int Tagged(int before)
    {
        int id = Number(state.Tags, "tagged", Limits.TagName);
        if (before != 0)
        {
            _reader.Error(_reader.Previous, "tagged already defined", "A session has one tag.");
        }

        return id;
    }

    private int Number(NumberedNames names, string what, int longest)
    {
        string name = Strings.Read(_reader, $"the text of {what}", longest, $"{what} truncated");
        if (name.Length == 0)
        {
            _reader.Error(_reader.Previous, $"invalid {what}", "It has at least one byte.");
        }

        return _reader.Failed ? 0 : names.Number(name);
    }

    /// <summary>"tag" | "label", behind "no"</summary>
    private Rule No(Rule rule)
    {
        if (_reader.TakeKeyword("tag"))
        {
            NamedBefore(state.Tags, "tag");
            return rule with { Tag = new Mark(MarkChange.Clear) };
        }

        if (!_reader.TakeKeyword("label"))
        {
            _reader.SyntaxError("no goes with: tag, label");
        }

        NamedBefore(state.Labels, "label");
        return rule with { Label = new Mark(MarkChange.Clear) };
    }

    private void NamedBefore(NumberedNames names, string what)
    {
        if (names.All.Count == 0)
        {
            _reader.Error(_reader.Previous, $"no {what} defined", $"No rule above gives a {what} that could be taken away.");
        }
    }
}
