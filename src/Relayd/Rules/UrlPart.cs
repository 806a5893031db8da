using System;

using Sluice.Configuration;
using Sluice.Engine.Tls;
using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>Host and path of a request together, looked up in several forms (R-FILTER-44, R-FILTER-50 to -53).</summary>
internal sealed class UrlPart : Part
{
    private const int MostSaid = 256; // bytes of a path

    private readonly bool _isListed;
    private readonly KeyIndex _index;
    private readonly byte[] _key;
    private readonly DigestKind? _digest;
    private readonly TextTest? _pattern;

    // The key as a glob of the path, where the rule logs and does not block (R-FILTER-52).
    private readonly byte[]? _path;
    private readonly int _id;
    private readonly Action<string> _say;

    /// <summary>Compiles one.</summary>
    /// <param name="entity">Has a key.</param>
    /// <param name="rule">The rule that has it.</param>
    /// <param name="compiling">The indexes.</param>
    public UrlPart(Entity entity, Rule rule, RuleCompiling compiling)
        : base(entity.Action)
    {
        Comparand key = entity.Key!;
        _isListed = rule.Keys?.Kind == EntityKind.Url;
        bool isDigest = key.Kind is ComparandKind.Digest or ComparandKind.DigestPattern;
        _index = isDigest ? compiling.Indexes.Digests : compiling.Indexes.Urls;
        _digest = !isDigest ? null : key.Text.Length == Digest.Sha1Length ? DigestKind.Sha1 : DigestKind.Md5;

        // A pattern that is hexadecimal digits matches these alone, in lower case only.
        _key = key.Kind == ComparandKind.DigestPattern ? Bytes.Of(key.Text) : Folding.Lower(Bytes.Of(key.Text));
        _pattern = key.Kind == ComparandKind.Pattern ? TextTest.Of(key, LetterCase.Matters, compiling.Warn) : null;
        bool seesPath = entity.Action == EntityAction.Log && rule.Action != RuleAction.Block && key.Kind is ComparandKind.Exact or ComparandKind.Glob;
        _path = seesPath ? Bytes.Of(key.Text) : null;
        (_id, _say) = (rule.Id, compiling.Say);
    }

    public override MatchResult Match(MessageView message, ref Binding binding)
    {
        if (!message.HasHost)
        {
            return MatchResult.Yes;
        }

        if (message.Url.Host.IsEmpty)
        {
            return MatchResult.BadHost;
        }

        binding.HasUrl = true;
        if (_isListed)
        {
            return MatchResult.Yes;
        }

        if (_path is not null && Glob.IsMatch(_path, message.Path, LetterCase.Folded))
        {
            Span<byte> text = stackalloc byte[LogEncoding.MostBytesPerByte * MostSaid];
            ReadOnlySpan<byte> path = message.Path[..int.Min(message.Path.Length, MostSaid)];
            _say($"relay_httpurl_test: rule {_id}: url \"{Bytes.Text(text[..LogEncoding.Encode(path, text, LogPlace.Quoted)])}\" matched");
            return MatchResult.Yes;
        }

        return IsCandidate(message.Url) ? MatchResult.Yes : MatchResult.No;
    }

    public override void Act(RuleRun run, in Binding binding)
    {
        if (!binding.HasUrl)
        {
            return;
        }

        switch (Action)
        {
            case EntityAction.Hash:
                run.Hash(run.Url());
                break;
            case EntityAction.Log when _digest is not null:
                run.Log.Add(_isListed ? _index.Key(binding.Key) : _key, []);
                break;
            case EntityAction.Log:
                run.LogUrl();
                break;
            default:
                break;
        }
    }

    private bool IsCandidate(UrlCandidates url)
    {
        Span<byte> hex = stackalloc byte[UrlCandidates.MostDigestBytes];
        for (int candidate = 0; candidate < url.Count; candidate++)
        {
            bool isMatch = _digest is { } kind ? hex[..url.WriteDigest(candidate, kind, hex)].SequenceEqual(_key)
                : _pattern is not null ? _pattern.Matches(url.Text(candidate))
                : url.Folded(candidate).SequenceEqual(_key);
            if (isMatch)
            {
                return true;
            }
        }

        return false;
    }
}
