using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

using Xunit.Sdk;

namespace Sluice.System.Ground;

/// <summary>A process as /proc shows it; the start time tells it from a later one with the same number.</summary>
internal sealed record Child(int Id, string Title, string StartTime)
{
    private const int ParentField = 1, UserTimeField = 11, SystemTimeField = 12, StartField = 19;

    /// <summary>It is there, and not a zombie.</summary>
    public bool Lives => Stat(Id) is { } stat && stat[StartField] == StartTime && stat[0] is not ("Z" or "X");

    /// <summary>Bytes.</summary>
    public long ResidentBytes => long.Parse(Status("VmRSS").Split(' ')[0], CultureInfo.InvariantCulture) * 1024;

    /// <summary>Bytes of what is mapped from files whose name starts so.</summary>
    public long ResidentBytesOf(string library)
    {
        long kibibytes = 0;
        bool isPart = false;
        foreach (string line in File.ReadLines($"/proc/{Id}/smaps"))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (!words[0].EndsWith(':'))
            {
                isPart = Path.GetFileName(words[^1]).StartsWith(library, StringComparison.Ordinal);
            }
            else if (isPart && words[0] is "Rss:")
            {
                kibibytes += long.Parse(words[1], CultureInfo.InvariantCulture);
            }
        }

        return kibibytes * 1024;
    }

    /// <summary>The share of a processor that it takes during two seconds.</summary>
    public double Load()
    {
        const double TicksPerSecond = 100;
        Stopwatch watch = Stopwatch.StartNew();
        long before = Ticks();
        Await.Until(() => watch.Elapsed > TimeSpan.FromSeconds(2), "two seconds are measured");
        return (Ticks() - before) / TicksPerSecond / watch.Elapsed.TotalSeconds;
    }

    /// <summary>The living children of a process, in order of their titles. A title is what stands behind the name.</summary>
    public static IReadOnlyList<Child> Of(int parent)
    {
        List<Child> children = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id)
                && Stat(id) is { } stat && stat[ParentField] == parent.ToString(CultureInfo.InvariantCulture)
                && stat[0] is not ("Z" or "X"))
            {
                children.Add(new Child(id, TitleOf(id), stat[StartField]));
            }
        }

        return [.. children.OrderBy(child => child.Title, StringComparer.Ordinal)];
    }

    /// <summary>A line of /proc/PID/status.</summary>
    public string Status(string name) => Line(File.ReadLines($"/proc/{Id}/status"), name);

    /// <summary>These lines of the status of each thread, in one text a thread; one that ends meanwhile is left out.</summary>
    public IReadOnlyList<string> OfThreads(params string[] names) =>
        [.. Directory.EnumerateDirectories($"/proc/{Id}/task")
            .Select(task => TextOf(task + "/status")).OfType<string>().Where(text => text.Length > 0)
            .Select(text => string.Join("; ", names.Select(name => $"{name} {Line(text.Split('\n'), name)}")))];

    private static string Line(IEnumerable<string> status, string name)
    {
        string line = status.First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return string.Join(' ', line[(name.Length + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    // Clock ticks, as long as it lives.
    private long Ticks()
    {
        string[] stat = Stat(Id) ?? throw new XunitException($"'{Title}' is gone");
        return long.Parse(stat[UserTimeField], CultureInfo.InvariantCulture) + long.Parse(stat[SystemTimeField], CultureInfo.InvariantCulture);
    }

    private static string TitleOf(int id)
    {
        string words = TextOf($"/proc/{id}/cmdline")?.Split('\0')[0] ?? "";
        int colon = words.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? words : words[(colon + 2)..];
    }

    /// <summary>The fields behind the name: state, parent, … ; null where the process is gone.</summary>
    private static string[]? Stat(int id)
    {
        string? text = TextOf($"/proc/{id}/stat");
        return string.IsNullOrEmpty(text) ? null : text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static string? TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
