using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Unit.Tidy;

/// <summary>Who may import whom, and the directions that hold inside an assembly.</summary>
internal sealed class ImportMatrix
{
    // A folder, and the namespaces that its files may not name.
    private static readonly (string Folder, string[] Forbidden)[] _folders =
    [
        ("src/Http/Codec/", ["Sluice.Engine"]),
        ("src/Http/FastCgi/", ["Sluice.Engine"]),
        ("src/Http/Text/", ["Sluice.Engine"]),
        ("src/Engine/Native/", ["Sluice.Engine.Loop", "Sluice.Engine.Io", "Sluice.Engine.Streams", "Sluice.Engine.Processes", "Sluice.Engine.Buffers"]),
        ("src/Engine/Buffers/", ["Sluice.Engine.Io", "Sluice.Engine.Streams", "Sluice.Engine.Processes"]),
        ("src/Configuration/Grammar/", ["Sluice.Engine"]),
        ("src/Relayd/Dns/", ["Sluice.Engine", "Sluice.Relayd.Configuration", "Sluice.Relayd.Tls", "Sluice.Relayd.Health", "Sluice.Relayd.Tables", "Sluice.Relayd.Relaying", "Sluice.Relayd.Datagrams", "Sluice.Relayd.Redirections", "Sluice.Relayd.Routers", "Sluice.Relayd.Control", "Sluice.Relayd.Processes"]),
        ("src/Relayd/Datagrams/", ["Sluice.Relayd.Redirections", "Sluice.Relayd.Routers", "Sluice.Relayd.Control", "Sluice.Relayd.Processes"]),
        ("src/Relayd/Redirections/", ["Sluice.Relayd.Tls", "Sluice.Relayd.Relaying", "Sluice.Relayd.Datagrams", "Sluice.Relayd.Routers", "Sluice.Relayd.Control", "Sluice.Relayd.Processes"]),
        ("src/Relayd/Routers/", ["Sluice.Relayd.Tls", "Sluice.Relayd.Relaying", "Sluice.Relayd.Datagrams", "Sluice.Relayd.Redirections", "Sluice.Relayd.Control", "Sluice.Relayd.Processes"]),
        ("src/Relayd/Configuration/", ["Sluice.Relayd.Tls", "Sluice.Relayd.Health", "Sluice.Relayd.Tables", "Sluice.Relayd.Relaying", "Sluice.Relayd.Datagrams", "Sluice.Relayd.Redirections", "Sluice.Relayd.Routers", "Sluice.Relayd.Control", "Sluice.Relayd.Processes"]),
        ("src/Relayd/Tls/", ["Sluice.Relayd.Health", "Sluice.Relayd.Tables", "Sluice.Relayd.Relaying", "Sluice.Relayd.Datagrams", "Sluice.Relayd.Redirections", "Sluice.Relayd.Routers", "Sluice.Relayd.Control", "Sluice.Relayd.Processes"]),
        ("src/Relayd/Health/", ["Sluice.Relayd.Tables", "Sluice.Relayd.Relaying", "Sluice.Relayd.Datagrams", "Sluice.Relayd.Redirections", "Sluice.Relayd.Routers", "Sluice.Relayd.Control", "Sluice.Relayd.Processes"]),
        ("src/Relayd/Tables/", ["Sluice.Relayd.Relaying", "Sluice.Relayd.Datagrams", "Sluice.Relayd.Redirections", "Sluice.Relayd.Routers", "Sluice.Relayd.Control", "Sluice.Relayd.Processes"]),
        ("src/Relayd/Relaying/", ["Sluice.Relayd.Datagrams", "Sluice.Relayd.Redirections", "Sluice.Relayd.Routers", "Sluice.Relayd.Control", "Sluice.Relayd.Processes"]),
        ("src/Relayd/Control/", ["Sluice.Relayd.Processes"]),
    ];

    private readonly Dictionary<string, HashSet<string>> _assemblies;

    private ImportMatrix(Dictionary<string, HashSet<string>> assemblies)
    {
        _assemblies = assemblies;
    }

    public IEnumerable<string> Assemblies => _assemblies.Keys;

    /// <summary>The table of docs/architecture.md whose first cell is "may import": a row an importer, a column an imported.</summary>
    public static ImportMatrix Read(string document)
    {
        string[][] rows =
        [
            .. document.Split('\n')
                .SkipWhile(line => !line.StartsWith("| may import |", StringComparison.Ordinal))
                .TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]),
        ];
        string[] columns = rows[0];
        return new ImportMatrix(rows.Skip(2).ToDictionary(
            row => row[0],
            row => row.Zip(columns).Where(cell => cell.First == "x").Select(cell => cell.Second).ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal));
    }

    /// <summary>The references of a project under src, read from its text.</summary>
    public IEnumerable<Violation> References(TextFile project)
        => from reference in Regex.Matches(project.Text, """<(ProjectReference|PackageReference) Include="([^"]+)" """.TrimEnd(), RegexOptions.None, TimeSpan.FromSeconds(1))
           let name = System.IO.Path.GetFileNameWithoutExtension(reference.Groups[2].Value)
           let owner = System.IO.Path.GetFileNameWithoutExtension(project.Path)
           where reference.Groups[1].Value == "PackageReference" || !MayImport(owner, name)
           select new Violation(project.Path, project.Text.AsSpan(0, reference.Index).Count('\n') + 1, $"{owner} may not import {name}");

    /// <summary>What a file under src names, by `using` or in full.</summary>
    public IEnumerable<Violation> Usings(SourceFile file)
        => from name in file.Nodes<NameSyntax>()
           where name is QualifiedNameSyntax && name.Parent is not QualifiedNameSyntax and not BaseNamespaceDeclarationSyntax
           let written = name.ToString()
           where written.StartsWith("Sluice.", StringComparison.Ordinal)
           let reason = Refusal(file.Path, written)
           where reason is not null
           select file.At(name, reason);

    private string? Refusal(string path, string written)
    {
        string owner = path.Split('/')[1];
        string imported = written.Split('.')[1];
        if (owner != imported && !MayImport(owner, imported))
        {
            return $"{owner} may not import {imported}";
        }

        string folder = System.IO.Path.GetDirectoryName(path) + "/";
        return _folders.Where(rule => folder.StartsWith(rule.Folder, StringComparison.Ordinal))
            .SelectMany(rule => rule.Forbidden)
            .Where(forbidden => written == forbidden || written.StartsWith(forbidden + ".", StringComparison.Ordinal))
            .Select(forbidden => $"{path.Split('/')[2]} may not import {forbidden}")
            .FirstOrDefault();
    }

    private bool MayImport(string owner, string imported)
        => _assemblies.TryGetValue(owner, out HashSet<string>? allowed) && allowed.Contains(imported);
}
