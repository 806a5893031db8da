using System;

namespace Sluice.Http.Text;

/// <summary>One pass of a <see cref="LiteralAutomaton"/> over a subject.</summary>
public ref struct LiteralSearch
{
    private readonly LiteralAutomaton _automaton;
    private readonly ReadOnlySpan<byte> _subject;
    private int _state;
    private int _reported;
    private int _text;

    internal LiteralSearch(LiteralAutomaton automaton, ReadOnlySpan<byte> subject)
    {
        _automaton = automaton;
        _subject = subject;
    }

    /// <summary>The index of the text that was found.</summary>
    public readonly int Text => _text;

    /// <summary>Where it ends.</summary>
    public int End { get; private set; }

    /// <summary>Finds the next one, by where they end; of those that end at one place the longest first.</summary>
    public bool MoveNext()
    {
        while (_reported == LiteralAutomaton.Root || !_automaton.TryReport(ref _reported, out _text))
        {
            int skipped = _state == LiteralAutomaton.Root ? _automaton.FirstOf(_subject[End..]) : 0;
            if (skipped < 0 || End + skipped >= _subject.Length)
            {
                return false;
            }

            _state = _automaton.Next(_state, _subject[End + skipped]);
            End += skipped + 1;
            _reported = _state;
        }

        return true;
    }
}
