using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sluice.Unit.Tidy;

/// <summary>Who may import whom (docs/architecture.md, "Assemblies"), and the directions that hold inside an assembly.</summary>
internal static class ImportMatrix
{
    private static readonly Dictionary<string, string[]> _assemblies = new(StringComparer.Ordinal)
    {
        ["Engine"] = [],
        ["Http"] = ["Engine"],
        ["Configuration"] = [],
        ["Daemon"] = ["Engine"],
        ["Control"] = ["Engine", "Daemon"],
        ["Httpd"] = ["Engine", "Http", "Configuration", "Daemon"],
        ["Relayd"] = ["Engine", "Http", "Configuration", "Daemon", "Control"],
        ["Relayctl"] = ["Engine", "Daemon", "Control"],
        ["Htpasswd"] = ["Engine"],
    };

    // A folder, and the namespaces that its files may not name.
    private static readonly (string Folder, string[] Forbidden)[] _folders =
    [
        ("src/Http/Codec/", ["Sluice.Engine"]),
        ("src/Http/Text/", ["Sluice.Engine", "Sluice.Http.Messages"]),
        ("src/Engine/Native/", ["Sluice.Engine.Loop", "Sluice.Engine.Io", "Sluice.Engine.Streams", "Sluice.Engine.Processes", "Sluice.Engine.Buffers"]),
        ("src/Engine/Buffers/", ["Sluice.Engine.Io", "Sluice.Engine.Streams", "Sluice.Engine.Processes"]),
        ("src/Configuration/Grammar/", ["Sluice.Engine"]),
        ("src/Relayd/Tables/", ["Sluice.Relayd.Relaying"]),
    ];

    /// <summary>The references of a project under src, read from its text.</summary>
    public static IEnumerable<Violation> References(TextFile project)
        => from reference in Regex.Matches(project.Text, """<(ProjectReference|PackageReference) Include="([^"]+)" """.TrimEnd(), RegexOptions.None, TimeSpan.FromSeconds(1))
           let name = System.IO.Path.GetFileNameWithoutExtension(reference.Groups[2].Value)
           let owner = System.IO.Path.GetFileNameWithoutExtension(project.Path)
           where reference.Groups[1].Value == "PackageReference" || !MayImport(owner, name)
           select new Violation(project.Path, project.Text.AsSpan(0, reference.Index).Count('\n') + 1, $"{owner} may not import {name}");

    /// <summary>What a file under src names, by `using` or in full.</summary>
    public static IEnumerable<Violation> Usings(SourceFile file)
        => from name in file.Nodes<NameSyntax>()
           where name is QualifiedNameSyntax && name.Parent is not QualifiedNameSyntax and not BaseNamespaceDeclarationSyntax
           let written = name.ToString()
           where written.StartsWith("Sluice.", StringComparison.Ordinal)
           let reason = Refusal(file.Path, written)
           where reason is not null
           select file.At(name, reason);

    private static string? Refusal(string path, string written)
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

    private static bool MayImport(string owner, string imported)
        => _assemblies.TryGetValue(owner, out string[]? allowed) && allowed.Contains(imported, StringComparer.Ordinal);
}
