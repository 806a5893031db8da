using System;
using System.Collections.Generic;

namespace Sluice.Http.Text;

/// <summary>Where in a subject a required text must stand.</summary>
public enum RequiredPlace
{
    /// <summary>Anywhere.</summary>
    Anywhere,

    /// <summary>At its beginning.</summary>
    Beginning,
}

/// <summary>A text without which no subject matches a pattern, so that most patterns need not be tried.</summary>
/// <param name="Text">Empty for none.</param>
/// <param name="Place">Where it stands.</param>
public readonly record struct RequiredText(ReadOnlyMemory<byte> Text, RequiredPlace Place);

/// <summary>Gathers the literal bytes of a pattern in runs.</summary>
/// <param name="buffer">As long as the pattern.</param>
/// <param name="place">Where the first run stands.</param>
internal ref struct LiteralRuns(Span<byte> buffer, RequiredPlace place)
{
    private readonly Span<byte> _buffer = buffer;
    private readonly List<RequiredText> _runs = [];
    private RequiredPlace _place = place;

    /// <summary>Where in the buffer the current run begins.</summary>
    private int _start;

    /// <summary>Bytes of the buffer that are used.</summary>
    private int _used;

    /// <summary>A byte that must stand behind the one before.</summary>
    public void Add(byte value) => _buffer[_used++] = value;

    /// <summary>Something else comes.</summary>
    public void End()
    {
        if (_used > _start)
        {
            _runs.Add(new RequiredText(_buffer[_start.._used].ToArray(), _place));
        }

        _start = _used;
        _place = RequiredPlace.Anywhere;
    }

    /// <summary>All runs, in their order.</summary>
    public RequiredText[] All()
    {
        End();
        return [.. _runs];
    }
}
