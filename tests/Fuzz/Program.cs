using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Sluice.Fuzz;

/// <summary>
/// <c>Fuzz [TARGET] [--seconds N] [--seed S]</c>: all targets, or one, for N seconds each (5 by default). Without a
/// seed each run tries others; a finding prints the seed that brings it back. The last line counts.
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
        List<FuzzTarget> chosen = all.FindAll(target => name is null || string.Equals(target.Name, name, StringComparison.Ordinal));
        if (chosen.Count == 0)
        {
            Console.Error.WriteLine($"no target {name}; there are: {string.Join(' ', all.Select(target => target.Name))}");
            return 2;
        }

        Console.Out.WriteLine($"seed {seed}");
        int passed = chosen.Count(target => new Campaign(target, Console.Out).Run(seed, TimeSpan.FromSeconds(seconds)));
        Console.Out.WriteLine($"{passed} passed, {chosen.Count - passed} failed");
        return passed == chosen.Count ? 0 : 1;
    }

    /// <summary>One of each class in Targets/ that can be made without parameters; mutants take some.</summary>
    private static List<FuzzTarget> Targets() =>
        [.. typeof(Program).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(FuzzTarget)) && !type.IsAbstract && !type.IsNested
                && type.GetConstructor(Type.EmptyTypes) is not null)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (FuzzTarget)Activator.CreateInstance(type)!)];
}
