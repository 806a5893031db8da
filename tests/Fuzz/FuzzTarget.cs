using System;
using System.Collections.Generic;

namespace Sluice.Fuzz;

/// <summary>
/// One thing that reads bytes of others, together with an oracle that knows what is right without asking it: a
/// reference parser, split invariance, a round trip. Targets live in <c>Targets/</c>, are found by reflection, and
/// have a constructor without parameters.
/// </summary>
/// <remarks>A target keeps nothing from one input to the next: the same input has the same outcome, always.</remarks>
internal abstract class FuzzTarget
{
    /// <summary>The word on the command line, such as <c>request-head</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Wrong versions of what is under test, at least one. Each run first shows that the oracle finds every one of
    /// them; an oracle that finds nothing proves nothing.
    /// </summary>
    public abstract IReadOnlyList<Mutant> Mutants { get; }

    /// <summary>
    /// Makes one input. Mostly nearly valid: bytes from nowhere seldom get past the first line of a parser.
    /// </summary>
    public abstract byte[] Generate(Random random);

    /// <summary>
    /// Runs what is under test and compares with the oracle. An exception counts as a finding too.
    /// </summary>
    /// <returns>What is wrong, in one sentence; null where all is right.</returns>
    public abstract string? Check(ReadOnlySpan<byte> input);
}

/// <summary>A planted fault: a target like the real one, but with one thing wrong.</summary>
/// <param name="Name">What is wrong, such as <c>accepts a space before the colon</c>.</param>
/// <param name="Target">Generates as the real one does; its check runs the faulty version.</param>
internal sealed record Mutant(string Name, FuzzTarget Target);
