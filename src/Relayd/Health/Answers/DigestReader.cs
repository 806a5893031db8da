using System;

using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Health.Answers;

/// <summary>The digest of the content of an answer by HTTP (R-CHECK-15): of all behind the first blank line, up to a NUL as upstream has it.</summary>
/// <param name="expected">Its length tells which digest it is; compared as it is written, so upper case never matches.</param>
internal sealed class DigestReader(Digest expected) : AnswerReader, IDisposable
{
    private readonly string _expected = expected.Hex;
    private readonly ContentDigest _digest = new(expected.Hex.Length == Digest.Sha1Length ? DigestKind.Sha1 : DigestKind.Md5);
    private BlankLine _blankLine = new(LineEnds.Pairs);
    private Part _part;

    private enum Part
    {
        Head,
        Content,
        Over,
    }

    public override void Begin()
    {
        _blankLine = new BlankLine(LineEnds.Pairs);
        _part = Part.Head;
        _digest.Begin();
    }

    public override bool Take(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        ReadOnlySpan<byte> text = end >= 0 ? bytes[..end] : bytes;
        if (_part == Part.Head)
        {
            int start = _blankLine.Find(text);
            _part = start >= 0 ? Part.Content : Part.Head;
            text = start >= 0 ? text[start..] : [];
        }

        if (_part == Part.Content)
        {
            _digest.Add(text);
        }

        if (end >= 0 && _part == Part.Content)
        {
            _part = Part.Over;
        }

        return end >= 0;
    }

    public override CheckOutcome Judge()
    {
        if (_part == Part.Head)
        {
            return CheckOutcome.Of(CheckResult.HttpDigestMalformed);
        }

        Span<byte> digest = stackalloc byte[ContentDigest.MostBytes];
        Span<char> text = stackalloc char[2 * ContentDigest.MostBytes];
        bool isHex = Convert.TryToHexStringLower(digest[.._digest.End(digest)], text, out int length);
        _digest.Begin();
        return CheckOutcome.Of(isHex && text[..length].SequenceEqual(_expected) ? CheckResult.HttpDigestOk : CheckResult.HttpDigestMismatch);
    }

    public void Dispose() => _digest.Dispose();
}
