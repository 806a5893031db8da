using System;
using System.Diagnostics;
using System.IO;
using System.Threading;

namespace Sluice.Fuzz;

/// <summary>The work on one target: first its mutants, which must be found, then the target, which must not fail.</summary>
internal sealed class Campaign(FuzzTarget target, TextWriter output)
{
    private static readonly TimeSpan _mutantLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _inputLimit = TimeSpan.FromSeconds(10);

    /// <summary>False if a mutant was not found or something is wrong with the target.</summary>
    public bool Run(int seed, TimeSpan duration)
    {
        if (target.Mutants.Count == 0)
        {
            output.WriteLine($"{target.Name}: has no mutant, so nothing shows that its oracle finds anything");
            return false;
        }

        foreach (Mutant mutant in target.Mutants)
        {
            if (Search(mutant.Target, seed, _mutantLimit, out long tried) is null)
            {
                output.WriteLine($"{target.Name}: the mutant '{mutant.Name}' was not found with {tried} inputs");
                return false;
            }
        }

        Stopwatch watch = Stopwatch.StartNew();
        Finding? finding = Search(target, seed, duration, out long inputs);
        if (finding is not null)
        {
            output.WriteLine($"{target.Name}: {finding.Shrink(target).Describe()}");
            output.WriteLine($"  again: Fuzz {target.Name} --seed {finding.Seed}");
            return false;
        }

        output.WriteLine($"{target.Name}: {inputs} inputs in {watch.Elapsed.TotalSeconds:F1} s, nothing wrong; " +
            $"{target.Mutants.Count} of {target.Mutants.Count} mutants found");
        return true;
    }

    /// <summary>Tries the inputs of seed, seed + 1, … until one is wrong or the time is over; one at least.</summary>
    private static Finding? Search(FuzzTarget target, int seed, TimeSpan duration, out long inputs)
    {
        int current = seed;
        using Timer watchdog = new(_ => EndStuck(target, Volatile.Read(ref current)));
        Stopwatch watch = Stopwatch.StartNew();
        inputs = 0;
        do
        {
            if (inputs % 256 == 0)
            {
                watchdog.Change(_inputLimit, Timeout.InfiniteTimeSpan);
            }

            byte[] input = target.Generate(new Random(current));
            inputs++;
            if (Finding.Reasons(target, input) is { } reason)
            {
                return new Finding(current, input, reason);
            }

            Volatile.Write(ref current, unchecked(current + 1));
        }
        while (watch.Elapsed < duration);

        return null;
    }

    private static void EndStuck(FuzzTarget target, int seed)
    {
        Console.Error.WriteLine($"{target.Name}: does not come to an end near --seed {seed}");
        Environment.Exit(1);
    }
}
