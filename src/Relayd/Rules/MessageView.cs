using System;
using System.Text;

using Sluice.Engine.Tls;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>A message as the rules of one direction look at it: as it came, without the fields that were taken away before (R-FILTER-26). Used again for each.</summary>
/// <param name="indexes">The keys that rules wait for.</param>
/// <param name="digests">For those that wait for digests.</param>
internal sealed class MessageView(RuleIndexes indexes, UrlDigests digests)
{
    /// <summary>Of a field that is not there.</summary>
    public const int NoField = -1;

    private const int LongestName = 1023;

    private readonly int[] _fields = new int[indexes.Headers.Count]; // by key: index + 1 of the first field of that name; 0: not there
    private int[] _found = new int[16]; // the keys whose field is known
    private int _foundCount;
    private bool _isUrlMade;
    private byte[] _key = new byte[256]; // a key of several parts

    /// <summary>The rules that one of its parts may make match, beside those that wait for none.</summary>
    public Hits Hits { get; } = new();

    /// <summary>What came.</summary>
    public MessageHead Head { get; private set; } = null!;

    /// <summary>The same, where it is a request; null for a response.</summary>
    public RequestHead? Request { get; private set; }

    /// <summary>What was done to it before.</summary>
    public HeadChanges Changes { get; private set; } = null!;

    /// <summary>Whether a host was asked for, by Host or by the target.</summary>
    public bool HasHost { get; private set; }

    /// <summary>Whether it can be looked up by its host, as rules that wait for URLs are; all of these match a message without one (R-FILTER-51).</summary>
    public bool HasUrl => Request is null || !HasUrlKeys || (HasHost && !Url.Host.IsEmpty);

    /// <summary>Where Cookie or Set-Cookie is, the first of several; <see cref="NoField"/>.</summary>
    public int CookieField { get; private set; }

    /// <summary>Where the next one is; <see cref="NoField"/> behind the last.</summary>
    /// <param name="field">One of them.</param>
    public int CookieFieldAfter(int field)
    {
        ReadOnlySpan<byte> name = Head.FieldName(field);
        int next = field + 1;
        while (next < Head.FieldCount && (Changes.IsDropped(next) || !Ascii.EqualsIgnoreCase(Head.FieldName(next), name)))
        {
            next++;
        }

        return next < Head.FieldCount ? next : NoField;
    }

    /// <summary>The target before the query: a path, or where the target is one an absolute URL up to that (R-FILTER-43).</summary>
    public ReadOnlySpan<byte> Path => Request!.HasQuery ? Request.Target[..^(Request.Query.Length + 1)] : Request.Target;

    /// <summary>The candidates of its URL; of a request with a host.</summary>
    public UrlCandidates Url
    {
        get
        {
            if (!_isUrlMade)
            {
                field.Make(Request!);
                _isUrlMade = true;
            }

            return field;
        }
    } = new(digests);

    private bool HasUrlKeys => indexes.Urls.Count + indexes.Digests.Count > 0;

    /// <summary>Takes a message up.</summary>
    public void Begin(MessageHead head, HeadChanges changes)
    {
        for (int i = 0; i < _foundCount; i++)
        {
            _fields[_found[i]] = 0;
        }

        (Head, Request, Changes) = (head, head as RequestHead, changes);
        (_foundCount, _isUrlMade, CookieField) = (0, false, NoField);
        HasHost = Request is not null && (!Request.HostText.IsEmpty || Request.Has(KnownField.Host));
        Hits.Clear();
        if (indexes.NeedsFields)
        {
            ReadFields();
        }

        if (indexes.Cookies.Count > 0)
        {
            CollectCookies();
        }

        if (Request is not null)
        {
            CollectFromTarget();
        }

        Hits.Sort();
    }

    /// <summary>The first field of a name.</summary>
    /// <param name="key">The number of the name among those that rules name.</param>
    public int FieldOf(int key) => _fields[key] - 1;

    /// <summary>The first field whose name passes a test.</summary>
    public int FieldOf(TextTest? name)
    {
        for (int field = 0; field < Head.FieldCount; field++)
        {
            if (!Changes.IsDropped(field) && (name is null || name.Matches(Head.FieldName(field))))
            {
                return field;
            }
        }

        return NoField;
    }

    private void ReadFields()
    {
        Span<byte> name = stackalloc byte[LongestName];
        for (int field = 0; field < Head.FieldCount; field++)
        {
            ReadOnlySpan<byte> written = Head.FieldName(field);
            if (written.Length > name.Length || !indexes.Headers.MayHave(written.Length) || Changes.IsDropped(field))
            {
                continue;
            }

            Folding.Lower(written, name);
            int key = indexes.Headers.Find(name[..written.Length]);
            if (key != KeyIndex.None && _fields[key] == 0)
            {
                Note(key, field);
                CollectField(key, field);
            }
        }

        if (indexes.CookieName != KeyIndex.None)
        {
            CookieField = FieldOf(indexes.CookieName);
        }
    }

    private void Note(int key, int field)
    {
        if (_foundCount == _found.Length)
        {
            Array.Resize(ref _found, 2 * _found.Length);
        }

        _found[_foundCount++] = key;
        _fields[key] = field + 1;
    }

    private void CollectField(int key, int field)
    {
        Hits.Add(indexes.Headers.Waiting(key), key);
        if (indexes.TextsOf(key) is { } texts)
        {
            texts.BeginRound();
            texts.Collect(Head.FieldValue(field), Hits);
        }

        if (indexes.HasValues(key))
        {
            ReadOnlySpan<byte> value = Head.FieldValue(field);
            ReadOnlySpan<byte> name = indexes.Headers.Key(key);
            int length = RuleIndexes.WriteHeaderKey(name, value, Room(name.Length + value.Length + 1));
            int exact = indexes.HeaderValues.Find(_key.AsSpan(0, length));
            if (exact != KeyIndex.None)
            {
                Hits.Add(indexes.HeaderValues.Waiting(exact), key);
            }
        }
    }

    private void CollectCookies()
    {
        indexes.Cookies.BeginRound();
        for (int field = CookieField; field != NoField; field = CookieFieldAfter(field))
        {
            CookiePairs cookies = new(Head.FieldValue(field));
            while (cookies.MoveNext())
            {
                int length = RuleIndexes.WriteCookieKey(cookies.Name, cookies.Value, Room(cookies.Name.Length + cookies.Value.Length + 1));
                indexes.Cookies.Collect(_key.AsSpan(0, cookies.Name.Length), Hits);
                indexes.Cookies.Collect(_key.AsSpan(0, length), Hits);
            }
        }
    }

    private void CollectFromTarget()
    {
        if (indexes.Paths.Count > 0)
        {
            indexes.Paths.BeginRound();
            indexes.Paths.Collect(Path, Hits);
            indexes.Paths.Collect(Request!.Path, Hits);
        }

        if (indexes.PathTexts is { } texts)
        {
            texts.BeginRound();
            texts.Collect(Path, Hits);
            if (Request!.TargetForm == TargetForm.Absolute)
            {
                texts.Collect(Request.Path, Hits);
            }
        }

        if (indexes.Variables.Count > 0 && Request!.HasQuery)
        {
            indexes.Variables.BeginRound();
            QueryVariables variables = new(Request.Query);
            while (variables.MoveNext())
            {
                indexes.Variables.Collect(variables.Name, Hits);
                indexes.Variables.Collect(variables.Whole, Hits);
            }
        }

        if (HasHost && HasUrlKeys)
        {
            CollectUrls();
        }
    }

    private void CollectUrls()
    {
        indexes.Urls.BeginRound();
        indexes.Digests.BeginRound();
        Span<byte> hex = stackalloc byte[UrlCandidates.MostDigestBytes];
        for (int candidate = 0; candidate < Url.Count; candidate++)
        {
            indexes.Urls.Collect(Url.Folded(candidate), Hits);
            if (indexes.Digests.MayHave(Digest.Sha1Length))
            {
                indexes.Digests.Collect(hex[..Url.WriteDigest(candidate, DigestKind.Sha1, hex)], Hits);
            }

            if (indexes.Digests.MayHave(Digest.Md5Length))
            {
                indexes.Digests.Collect(hex[..Url.WriteDigest(candidate, DigestKind.Md5, hex)], Hits);
            }
        }
    }

    private Span<byte> Room(int length)
    {
        if (_key.Length < length)
        {
            _key = new byte[length];
        }

        return _key;
    }
}
