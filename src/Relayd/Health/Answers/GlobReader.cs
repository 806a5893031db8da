using System;
using System.Collections.Generic;

using Sluice.Http.Text;

namespace Sluice.Relayd.Health.Answers;

/// <summary>
/// A shell pattern that all of what has come must match (R-CHECK-18). It is looked at after each read, and a host may send a byte at a time: so the bytes
/// go through an automaton, each once, and none of them is kept.
/// </summary>
/// <remarks>A state is a place in the pattern; a bit for each that can have been reached. As a C string ends at a NUL, so does the answer.</remarks>
internal sealed class GlobReader : AnswerReader
{
    private const int BitsOfWord = 64;

    // Places that a byte may be matched at, for each of the 256 bytes; the elements of the pattern without its stars.
    private readonly ulong[][] _matching;

    // Places where a star stands: any byte leaves one there.
    private readonly ulong[] _staying;
    private readonly ulong[] _reached;
    private readonly int _last;
    private bool _isOver;

    /// <summary>Makes one.</summary>
    /// <param name="pattern">At most 255 bytes.</param>
    public GlobReader(ReadOnlySpan<byte> pattern)
    {
        List<byte[]> elements = [];
        List<int> stars = [];
        for (int at = 0; at < pattern.Length;)
        {
            if (pattern[at] == '*')
            {
                stars.Add(elements.Count);
                at++;
                continue;
            }

            int length = Glob.ElementLength(pattern, at);
            elements.Add(pattern.Slice(at, length).ToArray());
            at += length;
        }

        _last = elements.Count;
        int words = (_last / BitsOfWord) + 1;
        _reached = new ulong[words];
        _staying = new ulong[words];
        stars.ForEach(place => Set(_staying, place));
        _matching = new ulong[byte.MaxValue + 1][];
        for (int value = 0; value <= byte.MaxValue; value++)
        {
            _matching[value] = Matching(elements, (byte)value, words);
        }

        Begin();
    }

    private bool IsMatch => ((_reached[_last / BitsOfWord] >> (_last % BitsOfWord)) & 1) != 0;

    public override void Begin()
    {
        Array.Clear(_reached);
        Set(_reached, 0);
        _isOver = false;
    }

    // An empty read is no read: upstream matches what has come, so not before something has.
    public override bool Take(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (_isOver || value == 0)
            {
                _isOver = true;
                break;
            }

            Step(_matching[value]);
        }

        return IsMatch || _isOver || !_reached.AsSpan().ContainsAnyExcept(0UL);
    }

    public override CheckOutcome Judge() => CheckOutcome.Of(IsMatch ? CheckResult.SendExpectOk : CheckResult.SendExpectFailed);

    private void Step(ulong[] matching)
    {
        ulong carried = 0;
        for (int word = 0; word < _reached.Length; word++)
        {
            ulong moving = _reached[word] & matching[word];
            _reached[word] = (_reached[word] & _staying[word]) | (moving << 1) | carried;
            carried = moving >> (BitsOfWord - 1);
        }
    }

    private static ulong[] Matching(List<byte[]> elements, byte value, int words)
    {
        ulong[] matching = new ulong[words];
        for (int place = 0; place < elements.Count; place++)
        {
            if (Glob.IsMatch(elements[place], [value], LetterCase.Matters))
            {
                Set(matching, place);
            }
        }

        return matching;
    }

    private static void Set(ulong[] bits, int place) => bits[place / BitsOfWord] |= 1UL << (place % BitsOfWord);
}
