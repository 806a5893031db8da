using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Sluice.System.Ground;

/// <summary>A process as /proc shows it; the start time tells it from a later one with the same number.</summary>
internal sealed record Child(int Id, string Title, string StartTime)
{
    private const int ParentField = 1, StartField = 19;

    /// <summary>It is there, and not a zombie.</summary>
    public bool Lives => Stat(Id) is { } stat && stat[StartField] == StartTime && stat[0] is not ("Z" or "X");

    /// <summary>Bytes.</summary>
    public long ResidentBytes => long.Parse(Status("VmRSS").Split(' ')[0], CultureInfo.InvariantCulture) * 1024;

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

    /// <summary>A line of /proc/PID/status, of the process or of one of its threads.</summary>
    public string Status(string name, int? thread = null)
    {
        string path = thread is null ? $"/proc/{Id}/status" : $"/proc/{Id}/task/{thread}/status";
        string line = File.ReadLines(path).First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return string.Join(' ', line[(name.Length + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    public IReadOnlyList<int> Threads =>
        [.. Directory.EnumerateDirectories($"/proc/{Id}/task").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))];

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
