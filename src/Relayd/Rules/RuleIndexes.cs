using System;
using System.Collections.Generic;

namespace Sluice.Relayd.Rules;

/// <summary>The keys that the rules of one direction wait for, by the part of a message that they are looked up in.</summary>
internal sealed class RuleIndexes
{
    private readonly bool[] _hasValues;
    private readonly RequiredTexts?[] _fieldTexts;

    private RuleIndexes(Builder builder)
    {
        Headers = builder.Headers.Build();
        HeaderValues = builder.HeaderValues.Build();
        Cookies = builder.Cookies.Build();
        Variables = builder.Variables.Build();
        Paths = builder.Paths.Build();
        Urls = builder.Urls.Build();
        Digests = builder.Digests.Build();
        _hasValues = new bool[Headers.Count];
        foreach (int key in builder.HeadersWithValues)
        {
            _hasValues[key] = true;
        }

        CookieName = builder.CookieName;
        PathTexts = builder.PathTexts?.Build();
        _fieldTexts = new RequiredTexts?[Headers.Count];
        foreach ((int key, RequiredTexts.Builder texts) in builder.FieldTexts)
        {
            _fieldTexts[key] = texts.Build();
        }
    }

    /// <summary>Names of fields in lower case: of all that rules name, whether a rule waits for them or not.</summary>
    public KeyIndex Headers { get; }

    /// <summary>Names and values of fields, see <see cref="WriteHeaderKey"/>.</summary>
    public KeyIndex HeaderValues { get; }

    /// <summary>Names of cookies, and names and values, see <see cref="WriteCookieKey"/>.</summary>
    public KeyIndex Cookies { get; }

    /// <summary>Names of variables of queries, and <c>name=value</c>.</summary>
    public KeyIndex Variables { get; }

    /// <summary>Paths.</summary>
    public KeyIndex Paths { get; }

    /// <summary>Texts of globs of paths; null where few rules have such.</summary>
    public RequiredTexts? PathTexts { get; }

    /// <summary>URLs in lower case.</summary>
    public KeyIndex Urls { get; }

    /// <summary>Digests of URLs in hexadecimal digits.</summary>
    public KeyIndex Digests { get; }

    /// <summary>The number of Cookie or Set-Cookie in <see cref="Headers"/>; <see cref="KeyIndex.None"/> where no rule asks for cookies.</summary>
    public int CookieName { get; }

    /// <summary>Whether the fields of a message have to be looked through.</summary>
    public bool NeedsFields => Headers.Count > 0;

    /// <summary>Whether rules wait for values of a field too.</summary>
    public bool HasValues(int header) => _hasValues[header];

    /// <summary>Texts of globs of values of a field; null where few rules have such.</summary>
    public RequiredTexts? TextsOf(int header) => _fieldTexts[header];

    /// <summary>Writes a key of <see cref="HeaderValues"/>.</summary>
    /// <param name="name">In lower case.</param>
    /// <param name="value">As it is.</param>
    /// <param name="destination">Room for both and a byte.</param>
    /// <returns>Its length.</returns>
    public static int WriteHeaderKey(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        name.CopyTo(destination);
        destination[name.Length] = (byte)':';
        value.CopyTo(destination[(name.Length + 1)..]);
        return name.Length + 1 + value.Length;
    }

    /// <summary>Writes a key of <see cref="Cookies"/>: cookies are compared without regard to case.</summary>
    /// <param name="name">In any case.</param>
    /// <param name="value">In any case.</param>
    /// <param name="destination">Room for both and a byte.</param>
    /// <returns>Its length; what stands before the <c>=</c> is the key of the name alone.</returns>
    public static int WriteCookieKey(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        Folding.Lower(name, destination);
        destination[name.Length] = (byte)'=';
        Folding.Lower(value, destination[(name.Length + 1)..]);
        return name.Length + 1 + value.Length;
    }

    /// <summary>Gathers the keys.</summary>
    internal sealed class Builder
    {
        public KeyIndex.Builder Headers { get; } = new();

        public KeyIndex.Builder HeaderValues { get; } = new();

        public KeyIndex.Builder Cookies { get; } = new();

        public KeyIndex.Builder Variables { get; } = new();

        public KeyIndex.Builder Paths { get; } = new();

        public KeyIndex.Builder Urls { get; } = new();

        public KeyIndex.Builder Digests { get; } = new();

        public List<int> HeadersWithValues { get; } = [];

        public int CookieName { get; set; } = KeyIndex.None;

        public RequiredTexts.Builder? PathTexts { get; set; }

        /// <summary>By the number of the name in <see cref="Headers"/>.</summary>
        public Dictionary<int, RequiredTexts.Builder> FieldTexts { get; } = [];

        public RuleIndexes Build() => new(this);
    }
}
