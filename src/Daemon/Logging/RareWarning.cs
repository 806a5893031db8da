using System;
using System.Globalization;
using System.Runtime.CompilerServices;

using Sluice.Engine.Loop;

namespace Sluice.Daemon.Logging;

/// <summary>A warning that clients could cause at will: said once a minute, with how often it was true meanwhile.</summary>
public sealed class RareWarning(EventLoop loop, Log log)
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(1);

    private TimeSpan _silentUntil = TimeSpan.MinValue;
    private long _unsaid;

    internal bool IsSilent => loop.Now < _silentUntil;

    /// <summary>Says it, or counts it.</summary>
    public void Say(string what)
    {
        if (IsSilent)
        {
            _unsaid++;
            return;
        }

        log.Warning(_unsaid == 0 ? what : $"{what}; {_unsaid} more like it since the last of these lines");
        _silentUntil = loop.Now + _period;
        _unsaid = 0;
    }

    /// <summary>The same, and the text is not made where it is only counted: a flood costs nothing but the count.</summary>
    public void Say([InterpolatedStringHandlerArgument("")] ref RareText what) => Say(what.Take());
}

/// <summary>The text of a <see cref="RareWarning"/>, made where it is said.</summary>
[InterpolatedStringHandler]
public ref struct RareText
{
    private readonly bool _isSaid;
    private DefaultInterpolatedStringHandler _made;

    /// <summary>Called by the compiler, as all of this.</summary>
    public RareText(int literalLength, int formattedCount, RareWarning warning, out bool isSaid)
    {
        ArgumentNullException.ThrowIfNull(warning);
        _isSaid = isSaid = !warning.IsSilent;
        _made = isSaid ? new(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    /// <summary>What stands there.</summary>
    public void AppendLiteral(string text) => _made.AppendLiteral(text);

    /// <summary>What is put in.</summary>
    public void AppendFormatted<T>(T value) => _made.AppendFormatted(value);

    internal string Take() => _isSaid ? _made.ToStringAndClear() : "";
}
