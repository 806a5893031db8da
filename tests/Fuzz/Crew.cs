using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Sluice.Fuzz;

/// <summary>
/// Works on targets side by side, as many as there are processors, each in a process of its own: what one target does to
/// OpenSSL, to the heap or to the process is nothing to another, and a target that dies or hangs hides none behind it.
/// </summary>
internal sealed class Crew(int seed, double seconds)
{
    private readonly Lock _output = new();
    private int _passed;

    /// <summary>How many targets have passed.</summary>
    public int Run(IEnumerable<FuzzTarget> targets)
    {
        Parallel.ForEach(
            Partitioner.Create(targets, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            Run);
        return _passed;
    }

    private void Run(FuzzTarget target)
    {
        ProcessStartInfo start = new(
            Path.Combine(AppContext.BaseDirectory, "Sluice.Fuzz"),
            [target.Name, "--seed", Text(seed), "--seconds", Text(seconds)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 0)
        {
            Interlocked.Increment(ref _passed);
        }

        lock (_output)
        {
            Console.Out.Write(said);
            if (process.ExitCode > 1)
            {
                Console.Out.WriteLine($"{target.Name}: ended with status {process.ExitCode}");
            }
        }
    }

    private static string Text(IFormattable number) => number.ToString(format: null, CultureInfo.InvariantCulture);
}
