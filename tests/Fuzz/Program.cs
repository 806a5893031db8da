using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Sluice.Fuzz;

/// <summary>
/// <c>Fuzz [TARGET] [--seconds N] [--seed S]</c>: one target, or all of them side by side, for N seconds each (5 by
/// default). Without a seed each run tries others; a finding prints the seed that brings it back. Of all, the last line counts.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        string? name = null;
        double seconds = 5;
        int seed = Random.Shared.Next();
        for (int i = 0; i < arguments.Length; i++)
        {
            bool hasValue = i + 1 < arguments.Length;
            switch (arguments[i])
            {
                case "--seconds" when hasValue && double.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out seconds):
                case "--seed" when hasValue && int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out seed):
                    i++;
                    break;
                case [not '-', ..] when name is null:
                    name = arguments[i];
                    break;
                default:
                    Console.Error.WriteLine("usage: Fuzz [TARGET] [--seconds N] [--seed S]");
                    return 2;
            }
        }

        List<FuzzTarget> all = Targets();
        return name is null ? RunAll(all, seed, seconds) : RunOne(all, name, seed, seconds);
    }

    private static int RunAll(List<FuzzTarget> all, int seed, double seconds)
    {
        Console.Out.WriteLine($"seed {seed}");
        int passed = new Crew(seed, seconds).Run(all);
        Console.Out.WriteLine($"{passed} passed, {all.Count - passed} failed");
        return passed == all.Count ? 0 : 1;
    }

    private static int RunOne(List<FuzzTarget> all, string name, int seed, double seconds)
    {
        FuzzTarget? target = all.Find(each => string.Equals(each.Name, name, StringComparison.Ordinal));
        if (target is null)
        {
            Console.Error.WriteLine($"no target {name}; there are: {string.Join(' ', all.Select(each => each.Name))}");
            return 2;
        }

        return new Campaign(target, Console.Out).Run(seed, TimeSpan.FromSeconds(seconds)) ? 0 : 1;
    }

    /// <summary>One of each class in Targets/ that can be made without parameters; mutants take some.</summary>
    private static List<FuzzTarget> Targets() =>
        [.. typeof(Program).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(FuzzTarget)) && !type.IsAbstract && !type.IsNested
                && type.GetConstructor(Type.EmptyTypes) is not null)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (FuzzTarget)Activator.CreateInstance(type)!)];
}
