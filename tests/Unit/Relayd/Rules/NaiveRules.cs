using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Configuration;
using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Unit.Relayd.Rules;

/// <summary>A message, as plain as it can be.</summary>
/// <param name="Method">Such as GET.</param>
/// <param name="Host">Null for a request without one.</param>
/// <param name="Path">Of a request.</param>
/// <param name="Query">Null for a target without one.</param>
/// <param name="Fields">Names and values in order, Host first.</param>
internal sealed record PlainMessage(string Method, string? Host, string Path, string? Query, IReadOnlyList<(string Name, string Value)> Fields);

/// <summary>What came of it.</summary>
internal sealed record PlainOutcome(string Verdict, int Tag, int Label, string? Table, string Log, string Path, string Fields);

/// <summary>
/// The rules of requests once more, and as slowly as the manual says it: each is asked, each key of a list is a rule, each part is looked for from the start. It
/// shares nothing with the real ones but the globs.
/// </summary>
internal sealed class NaiveRules(IReadOnlyList<Rule> rules, RelaydConfiguration configuration, PlainMessage message)
{
    private readonly List<(string Name, string Value)?> _fields = [.. message.Fields.Select(field => ((string, string)?)field)];
    private readonly List<(string Name, string Value)> _added = [];
    private readonly HashSet<int> _removed = [];
    private readonly StringBuilder _log = new();
    private string _path = message.Path;

    public PlainOutcome Evaluate(int tag, int label)
    {
        (int Tag, int Label, string? Table) standing = (tag, label, null);
        List<Rule> acting = [];
        Rule? decisive = null;
        Rule? before = null;
        foreach (Rule rule in rules.SelectMany(rule => Enumerable.Range(0, rule.Count).Select(rule.At)))
        {
            // A list of URLs counts once where there is no URL.
            bool isOfList = message.Host is null && before is not null && rules.Any(list => list.Keys?.Kind == EntityKind.Url && list.Id < rule.Id && rule.Id < list.Id + list.Count);
            before = rule;
            bool? matches = isOfList ? false : Matches(rule, standing.Tag);
            if (matches is null)
            {
                return new PlainOutcome("BadRequest", standing.Tag, standing.Label, standing.Table, "", message.Path, Written());
            }

            if (matches == false)
            {
                continue;
            }

            if (rule.Action == RuleAction.Match)
            {
                standing = Mark(rule, standing);
                acting.Add(rule);
                continue;
            }

            decisive = rule;
            if (rule.IsQuick)
            {
                break;
            }
        }

        if (decisive is not null)
        {
            standing = Mark(decisive, standing);
            acting.Add(decisive);
        }

        acting.ForEach(rule => Act(rule, standing.Label));
        return new PlainOutcome(decisive?.Action == RuleAction.Block ? "Block" : "Pass", standing.Tag, standing.Label, standing.Table, _log.ToString(), _path, Written());
    }

    private static (int Tag, int Label, string? Table) Mark(Rule rule, (int Tag, int Label, string? Table) standing) => (
        rule.Tag.Change == MarkChange.Set ? rule.Tag.Id : rule.Tag.Change == MarkChange.Clear ? 0 : standing.Tag,
        rule.Label.Change == MarkChange.Set ? rule.Label.Id : rule.Label.Change == MarkChange.Clear ? 0 : standing.Label,
        rule.ForwardTo ?? standing.Table);

    private static bool IsWritten(Entity entity) => entity.Action is EntityAction.Append or EntityAction.Set;

    private static bool Is(Comparand? comparand, string text, LetterCase letterCase) => comparand switch
    {
        null => true,
        { Kind: ComparandKind.Pattern } => new LuaPattern(Bytes.Of(comparand.Text)).Match(Bytes.Of(text), new LuaCaptures()).IsMatch,
        { Kind: ComparandKind.Glob } => Glob.IsMatch(Bytes.Of(comparand.Text), Bytes.Of(text), letterCase),
        _ => string.Equals(comparand.Text, text, letterCase == LetterCase.Matters ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase),
    };

    // Null where the host is none.
    private bool? Matches(Rule rule, int tag)
    {
        if ((rule.Method is not null && rule.Method != message.Method) || (rule.TaggedId != 0 && rule.TaggedId != tag))
        {
            return false;
        }

        foreach (EntityKind kind in Enum.GetValues<EntityKind>())
        {
            Entity? entity = rule.Entities.AsEnumerable().FirstOrDefault(each => each.Kind == kind);
            bool? matches = entity?.Key is null ? true : kind switch
            {
                EntityKind.Header when entity.Action == EntityAction.Remove => Headers(entity).Any(),
                EntityKind.Header => IsWritten(entity) || Header(entity) is not null,
                EntityKind.Query => Variable(entity) is not null,
                EntityKind.Path => Is(entity.Key, message.Path, LetterCase.Matters)
                    && (entity.Action != EntityAction.Match || Is(entity.Value, message.Query ?? "", LetterCase.Folded)),
                EntityKind.Url => Url(entity, rule),
                _ => IsWritten(entity) || Cookie(entity) is not null,
            };
            if (matches != true)
            {
                return matches;
            }
        }

        return true;
    }

    private int? Header(Entity entity)
    {
        int first = message.Fields.ToList().FindIndex(field => Is(entity.Key, field.Name, LetterCase.Folded));
        return first >= 0 && Is(entity.Value, message.Fields[first].Value, LetterCase.Matters) ? first : null;
    }

    private IEnumerable<int> Headers(Entity entity) => Enumerable.Range(0, message.Fields.Count).Where(field =>
        Is(entity.Key, message.Fields[field].Name, LetterCase.Folded) && Is(entity.Value, message.Fields[field].Value, LetterCase.Matters));

    private int? Cookie(Entity entity) => Cookies(entity).Select(static field => (int?)field).FirstOrDefault();

    private IEnumerable<int> Cookies(Entity entity) => Enumerable.Range(0, message.Fields.Count).Where(field =>
        message.Fields[field].Name.Equals("Cookie", StringComparison.OrdinalIgnoreCase)
        && message.Fields[field].Value.Split(';').Any(part =>
        {
            string pair = part.StartsWith(' ') ? part[1..] : part;
            string[] halves = pair.Split('=', 2);
            return halves.Length == 2 && !pair.StartsWith('$') && Is(entity.Key, halves[0], LetterCase.Folded) && Is(entity.Value, Unquoted(halves[1]), LetterCase.Folded);
        }));

    private static string Unquoted(string value)
    {
        string tail = value.StartsWith('"') ? value[1..] : value;
        return tail.EndsWith('"') ? tail[..^1] : tail;
    }

    private (string Name, string Value)? Variable(Entity entity)
    {
        foreach (string variable in (message.Query ?? "").Split('&'))
        {
            string[] halves = variable.Split('=', 2);
            if (halves.Length == 2 && Is(entity.Key, halves[0], LetterCase.Matters) && Is(entity.Value, halves[1], LetterCase.Matters))
            {
                return (halves[0], halves[1]);
            }
        }

        return null;
    }

    private bool? Url(Entity entity, Rule rule)
    {
        if (message.Host is null)
        {
            return true;
        }

        string host = Canonical(message.Host);
        if (host.Length == 0)
        {
            return null;
        }

        bool isOfPath = entity.Action == EntityAction.Log && rule.Action != RuleAction.Block && entity.Key!.Kind is ComparandKind.Exact or ComparandKind.Glob
            && Glob.IsMatch(Bytes.Of(entity.Key.Text), Bytes.Of(message.Path), LetterCase.Folded);
        return isOfPath || Candidates(host).Any(candidate => entity.Key!.Kind == ComparandKind.Pattern
            ? Is(entity.Key, candidate, LetterCase.Matters)
            : string.Equals(entity.Key.Text, candidate, StringComparison.OrdinalIgnoreCase));
    }

    private static string Canonical(string host) => string.Join('.', host.ToLowerInvariant().Split('.').Where((label, index) => label.Length > 0 || index == 0)).TrimEnd('.');

    private IEnumerable<string> Candidates(string host)
    {
        string[] labels = host.Split('.');
        IEnumerable<int> counts = Enumerable.Range(2, 4).Where(count => count < labels.Length).Reverse();
        List<string> hosts = [host, .. counts.Select(count => string.Join('.', labels[^count..]))];
        string[] parts = message.Path.Split('/');
        List<string> paths = [$"{message.Path}?{message.Query}", message.Path, "/", .. Enumerable.Range(2, 3).Where(count => count < parts.Length).Select(count => string.Join('/', parts[..count]) + "/")];
        return hosts.SelectMany(name => paths.Skip(message.Query is null ? 1 : 0).Select(path => name + path));
    }

    private void Act(Rule rule, int label)
    {
        foreach (Entity entity in rule.Entities.AsEnumerable().Where(entity => entity.Key is not null).OrderBy(entity => entity.Kind))
        {
            switch (entity.Kind)
            {
                case EntityKind.Header:
                    ActOnHeader(entity, label);
                    break;
                case EntityKind.Query when entity.Action == EntityAction.Log:
                    Log(label, Variable(entity)!.Value.Name, Variable(entity)!.Value.Value);
                    break;
                case EntityKind.Path:
                    ActOnPath(entity, label);
                    break;
                case EntityKind.Url when entity.Action == EntityAction.Log && message.Host is not null:
                    Log(label, Canonical(message.Host) + _path, message.Query ?? "");
                    break;
                case EntityKind.Cookie:
                    ActOnCookie(entity, label);
                    break;
                default:
                    break;
            }
        }
    }

    private void ActOnHeader(Entity entity, int label)
    {
        string name = entity.Key!.Text;
        int? found = IsWritten(entity) ? Header(new Entity(entity.Kind, entity.Action, new Comparand(ComparandKind.Exact, name), Value: null)) : Header(entity);
        switch (entity.Action)
        {
            case EntityAction.Log:
                LogField(label, found!.Value, message.Fields[found.Value].Name);
                break;
            case EntityAction.Remove:
                _removed.UnionWith(Headers(entity).Where(field => !message.Fields[field].Name.Equals("Host", StringComparison.OrdinalIgnoreCase)));
                break;
            case EntityAction.Append or EntityAction.Set when !IsName(name):
                // No field has such a name: a warning said so, and nothing is written.
                break;
            case EntityAction.Append when !name.Equals("Host", StringComparison.OrdinalIgnoreCase):
                if (found is null || !_removed.Contains(found.Value))
                {
                    _added.Add((name, entity.Value!.Text));
                }

                break;
            case EntityAction.Append or EntityAction.Set when found is null || Named(name).Any(field => !_removed.Contains(field)):
                _ = _added.RemoveAll(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
                SetField(name, entity.Value!.Text, found);
                break;
            default:
                break;
        }
    }

    private IEnumerable<int> Named(string name) =>
        Enumerable.Range(0, message.Fields.Count).Where(field => message.Fields[field].Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    // RFC 9110 5.1.
    private static bool IsName(string text) =>
        text.Length > 0 && text.All(static each => char.IsAsciiLetterOrDigit(each) || "!#$%&'*+-.^_`|~".Contains(each, StringComparison.Ordinal));

    private void SetField(string name, string value, int? found)
    {
        if (found is null)
        {
            _added.Add((name, value));
            return;
        }

        int first = Named(name).First(field => !_removed.Contains(field));
        _fields[first] = (message.Fields[first].Name, value);
        _removed.UnionWith(Named(name).Where(field => field > first));
    }

    private void ActOnPath(Entity entity, int label)
    {
        _path = entity.Action switch
        {
            EntityAction.Set when entity.Value is not null => entity.Value.Text,
            EntityAction.Append when entity.Value is not null => _path + entity.Value.Text,
            EntityAction.Remove => "/",
            _ => _path,
        };
        if (entity.Action == EntityAction.Log)
        {
            Log(label, _path, message.Query ?? "");
        }
    }

    private void ActOnCookie(Entity entity, int label)
    {
        switch (entity.Action)
        {
            case EntityAction.Append or EntityAction.Set:
                TakeOut(entity.Action == EntityAction.Set ? entity.Key!.Text : null);
                _added.Add(("Cookie", $"{entity.Key!.Text}={entity.Value!.Text};"));
                break;
            case EntityAction.Remove:
                _removed.UnionWith(Cookies(entity));
                break;
            case EntityAction.Log:
                LogField(label, Cookie(entity)!.Value, "Cookie");
                break;
            default:
                break;
        }
    }

    private void TakeOut(string? name)
    {
        foreach (int field in Named("Cookie").Where(field => name is not null && !_removed.Contains(field)))
        {
            string value = _fields[field]!.Value.Value;
            List<string> kept = [.. value.Split(';').Where(part => !part.Split('=')[0].Trim(' ', '\t').Equals(name, StringComparison.OrdinalIgnoreCase))];
            string left = string.Join(';', kept);
            left = left.Length < value.Length && !value.StartsWith(kept.FirstOrDefault() ?? "", StringComparison.Ordinal) ? left.TrimStart(' ', '\t') : left;
            _ = left.Length == 0 && _removed.Add(field);
            _fields[field] = (message.Fields[field].Name, left);
        }
    }

    private void LogField(int label, int field, string name) =>
        Log(label, name, (_removed.Contains(field) ? message.Fields[field].Value : _fields[field]!.Value.Value) + (_removed.Contains(field) ? " (removed)" : ""));

    private void Log(int label, string key, string value) =>
        _ = _log.Append($" [{(label == 0 ? "" : Inside(configuration.Labels[label - 1]) + ", ")}{Inside(key)}{(value.Length == 0 || value == " (removed)" ? "" : ": ")}{Inside(value)}]");

    // What ends a part stands for nothing else in one.
    private static string Inside(string text) => text.Replace("]", "\\135", StringComparison.Ordinal);

    private string Written() => string.Concat(
        _fields.Where((_, index) => !_removed.Contains(index)).Select(field => $"{field!.Value.Name}: {field.Value.Value}|").Concat(_added.Select(field => $"{field.Name}: {field.Value}|")));
}
