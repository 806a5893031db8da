using System;
using System.Collections.Generic;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>Whose program has a word.</summary>
internal enum Origin
{
    /// <summary>OpenBSD's: its words win where an abbreviation fits one of ours, too.</summary>
    OpenBsd,

    /// <summary>Ours alone.</summary>
    Ours,
}

/// <summary>What may stand in one place of a command: a keyword, an argument, or nothing more.</summary>
/// <param name="Text">The keyword; or how a list of possibilities calls the argument.</param>
internal sealed record Word(string Text)
{
    /// <summary>The end of the command.</summary>
    public static Word Nothing { get; } = new("<cr>");

    public Origin Origin { get; init; }

    /// <summary>Whether lists of what may be meant name it; those at the beginning of a command are as OpenBSD's program prints them.</summary>
    public bool IsListed { get; init; } = true;

    /// <summary>Takes an argument, and says what is wrong with it; null for a keyword.</summary>
    public Func<Arguments, string, string?>? Take { get; init; }

    /// <summary>What the command asks for, unless a later word says something else.</summary>
    public Func<Arguments, Request>? Asks { get; init; }

    /// <summary>What may follow; by default the command ends here.</summary>
    public Func<IReadOnlyList<Word>>? Next { get; init; }

    /// <summary>Whether it may be meant.</summary>
    /// <param name="written">Null where the command ends.</param>
    public bool Fits(string? written) =>
        ReferenceEquals(this, Nothing) ? written is null
        : written is not null && (Take is null ? Text.StartsWith(written, StringComparison.Ordinal) : written.Length > 0);
}
