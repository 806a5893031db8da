using System;
using System.Buffers;
using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Http.Text;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>The parts of messages that one rule looks at or changes: header, query, path, url, cookie (R-FILTER-02 to -07, -11).</summary>
internal sealed class EntityGrammar(TokenReader reader)
{
    private static readonly SearchValues<char> _globs = SearchValues.Create("*?[");

    // One of a kind: a second one takes the first one's place.
    private readonly SortedDictionary<EntityKind, Entity> _entities = [];
    private EntityKind? _last;

    /// <summary>The file that has the keys of the entity named before it; null for none.</summary>
    public string? File { get; private set; }

    /// <summary>Whether a part is there that only requests have.</summary>
    public bool IsOfRequests { get; private set; }

    /// <summary>Reads one entity, or a file of keys; false where something else comes next.</summary>
    public bool Read()
    {
        EntityKind? kind = reader.Peek().Text switch
        {
            "header" => EntityKind.Header,
            "cookie" => EntityKind.Cookie,
            "query" => EntityKind.Query,
            "url" => EntityKind.Url,
            _ => null,
        };
        if (kind is not null)
        {
            _ = reader.Take();
            Entity(kind.Value);
            return true;
        }

        if (!reader.TakeKeyword("file"))
        {
            return false;
        }

        Keys();
        return true;
    }

    /// <summary>"path" "strip" number, which it returns; or "path" as an entity, and null.</summary>
    public int? ReadPath()
    {
        reader.ExpectKeyword("path");
        if (!reader.TakeKeyword("strip"))
        {
            Entity(EntityKind.Path);
            return null;
        }

        IsOfRequests = true;
        return (int)Numbers.Read(reader, "The number of parts", 0, int.MaxValue, "invalid strip number");
    }

    /// <summary>The entities in order; with a key of <see cref="File"/> in the last one.</summary>
    public Sequence<Entity> Resolve(string? key = null)
    {
        List<Entity> all = [];
        foreach (Entity entity in _entities.Values)
        {
            all.Add(key is null || entity.Kind != _last ? entity : entity with { Key = Key(entity.Kind, entity.Action, key) });
        }

        return [.. all];
    }

    /// <summary>[ action ] [ [ "pattern" ] key [ value ] ]</summary>
    private void Entity(EntityKind kind)
    {
        Position place = reader.Previous;
        EntityAction action = Action();
        Comparand? key = ReadKey(kind, action);
        Comparand? value = key is null ? null : Value(kind, action);
        if (kind is EntityKind.Query or EntityKind.Url && action is EntityAction.Append or EntityAction.Set or EntityAction.Remove)
        {
            string name = kind == EntityKind.Query ? "query" : "url";
            reader.Error(place, $"combining {name} type and the given option is not supported", $"{name} is compared, hashed or logged; what can be changed is header, cookie and path.");
        }

        bool isWritten = action is EntityAction.Append or EntityAction.Set;
        if (kind == EntityKind.Header && isWritten && key is not null && !FieldNames.MayWrite(Bytes.Of(key.Text)) && !key.Text.Equals("Connection", StringComparison.OrdinalIgnoreCase))
        {
            reader.Warning($"no rule writes the field {key.Text}", "It says where a message ends, or is no name of a field: the rule does nothing else with it.");
        }

        IsOfRequests |= kind is EntityKind.Query or EntityKind.Path or EntityKind.Url;
        _last = kind;
        _entities[kind] = new Entity(kind, action, key ?? (action == EntityAction.Log ? new Comparand(ComparandKind.Glob, "*") : null), value);
    }

    private EntityAction Action()
    {
        (string Word, EntityAction Action)[] actions =
        [
            ("append", EntityAction.Append), ("set", EntityAction.Set), ("remove", EntityAction.Remove),
            ("hash", EntityAction.Hash), ("log", EntityAction.Log),
        ];
        foreach ((string word, EntityAction action) in actions)
        {
            if (reader.TakeKeyword(word))
            {
                return action;
            }
        }

        return EntityAction.Match;
    }

    /// <summary>[ "pattern" ] ( string | "digest" string ), where the latter is for url; null where none comes.</summary>
    private Comparand? ReadKey(EntityKind kind, EntityAction action)
    {
        bool isPattern = reader.TakeKeyword("pattern");
        if (kind == EntityKind.Url && reader.TakeKeyword("digest"))
        {
            string digest = CheckGrammar.Digest(reader).Hex;
            return new Comparand(isPattern ? ComparandKind.DigestPattern : ComparandKind.Digest, digest);
        }

        if (isPattern)
        {
            return new Comparand(ComparandKind.Pattern, Pattern());
        }

        return reader.Peek().Kind == TokenKind.Text ? Key(kind, action, reader.Take().Text) : null;
    }

    /// <summary>A key with the characters of a glob is one, but for cookies, and for what is to be written (R-FILTER-11, -41).</summary>
    private static Comparand Key(EntityKind kind, EntityAction action, string text)
    {
        bool isWritten = action is EntityAction.Append or EntityAction.Set;
        bool isGlob = kind != EntityKind.Cookie && !(isWritten && kind == EntityKind.Header) && text.AsSpan().ContainsAny(_globs);
        return new Comparand(isGlob ? ComparandKind.Glob : ComparandKind.Exact, text);
    }

    /// <summary>[ "value" [ "pattern" ] string ]; without it any value will do.</summary>
    private Comparand? Value(EntityKind kind, EntityAction action)
    {
        bool isWritten = action is EntityAction.Append or EntityAction.Set;
        if (!reader.TakeKeyword("value"))
        {
            bool isNeeded = isWritten && kind is EntityKind.Header or EntityKind.Cookie;
            return isNeeded ? new Comparand(ComparandKind.Exact, "*") : null;
        }

        if (reader.TakeKeyword("pattern"))
        {
            return new Comparand(ComparandKind.Pattern, Pattern());
        }

        string text = reader.ExpectText("a value");
        return !isWritten ? new Comparand(ComparandKind.Glob, text)
            : new Comparand(text.Contains('$', StringComparison.Ordinal) ? ComparandKind.Template : ComparandKind.Exact, text);
    }

    private string Pattern()
    {
        string text = reader.ExpectText("a pattern");
        LuaPatternError error = LuaPattern.Check(Bytes.Of(text));
        if (error != LuaPatternError.None)
        {
            reader.Warning($"\"{text}\" never matches: {LuaPattern.Describe(error)}", "See patterns(7).");
        }

        return text;
    }

    /// <summary>string [ value ], behind "file": the keys of the entity named before.</summary>
    private void Keys()
    {
        Position place = reader.Previous;
        string path = Strings.Read(reader, "the path of a file", Limits.Path, "file name truncated");
        if (File is not null)
        {
            reader.Error(place, "only one file per rule supported", "Write another rule for the other file.");
        }

        if (_last is not { } kind)
        {
            reader.Error(place, "file without the part that it has keys for", "Write the part before it: url file \"path\"");
            return;
        }

        File = path;
        _entities[kind] = _entities[kind] with { Value = Value(kind, _entities[kind].Action) };
    }
}
