using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Sluice.Unit.Tidy;

/// <summary>The files of this repository as they lie on disk, whatever is committed; products of builds left out.</summary>
internal static class SourceTree
{
    private static readonly string[] _products = ["artifacts", "bin", "obj", ".git", ".vs", ".idea", "TestResults"];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>All C# files, read once.</summary>
    public static IReadOnlyList<SourceFile> Code { get; } = [.. Files("*.cs").Select(SourceFile.Read)];

    /// <summary>The C# files of the programs themselves.</summary>
    public static IEnumerable<SourceFile> Programs => Code.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal));

    /// <summary>Paths of the files that match, relative to the root, with slashes, sorted.</summary>
    public static IEnumerable<string> Files(string pattern)
        => Walk(Root, pattern).Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal);

    /// <summary>Every file that people write as text: code, projects, scripts, pages, configurations.</summary>
    public static IEnumerable<TextFile> Texts() => Files("*").Where(IsText).Select(path => new TextFile(path, ReadText(path)));

    public static string ReadText(string path) => File.ReadAllText(Path.Join(Root, path));

    private static IEnumerable<string> Walk(string folder, string pattern)
        => Directory.EnumerateFiles(folder, pattern).Concat(
            Directory.EnumerateDirectories(folder)
                .Where(inner => !_products.Contains(Path.GetFileName(inner), StringComparer.Ordinal))
                .SelectMany(inner => Walk(inner, pattern)));

    private static bool IsText(string path)
    {
        ReadOnlySpan<byte> start = File.ReadAllBytes(Path.Join(Root, path)).AsSpan();
        return !start[..Math.Min(start.Length, 4096)].Contains((byte)0);
    }

    private static string FindRoot(string folder)
        => File.Exists(Path.Join(folder, "Sluice.slnx"))
            ? folder
            : FindRoot(Directory.GetParent(folder)?.FullName ?? throw new DirectoryNotFoundException("Sluice.slnx"));
}

/// <summary>A text of the repository and its path from the root.</summary>
internal sealed record TextFile(string Path, string Text);

/// <summary>A place where a rule of STYLE.md is broken.</summary>
internal sealed record Violation(string Path, int Line, string Message)
{
    public override string ToString() => $"{Path}:{Line}: {Message}";
}
