using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Unit.Fakes;
using Sluice.Unit.Tidy;

namespace Sluice.Unit.Configuration;

/// <summary>A small configuration with upstream's verdict: a row of tests/Unit/Cases/PROGRAM/index.tsv.</summary>
/// <param name="Program">The program whose language it is in.</param>
/// <param name="File">Name in the folder.</param>
/// <param name="Verdict"><c>accept</c>, or <c>reject</c> with the line of the first error, and the file where it is an included one.</param>
/// <param name="Needs">What the host must have or lack.</param>
public sealed record SyntheticCase(string Program, string File, string Verdict, string Needs)
{
    private string Folder => FolderOf(Program);

    public static IEnumerable<SyntheticCase> All(string program)
    {
        string[] rows = System.IO.File.ReadAllLines(Path.Join(FolderOf(program), "index.tsv"));
        for (int i = 1; i < rows.Length; i++)
        {
            string[] columns = rows[i].Split('\t');
            yield return new SyntheticCase(program, columns[0][(program.Length + 1)..], $"{columns[1]} {columns[2]}", columns[5]);
        }
    }

    public bool Has(string need) => Array.IndexOf(Needs.Split(','), need) >= 0;

    /// <summary>A host that knows its own name and the files of the case, with the folder as its working directory.</summary>
    internal StubHost Host()
    {
        StubHost host = new();
        host.Files[File] = System.IO.File.ReadAllBytes(Path.Join(Folder, File));
        foreach (string path in Directory.GetFiles(Path.Join(Folder, "inc")))
        {
            host.Files["inc/" + Path.GetFileName(path)] = System.IO.File.ReadAllBytes(path);
        }

        host.Names["localhost"] = [IPAddress.Loopback];
        return host;
    }

    /// <summary>What a load says, in the words of <see cref="Verdict"/>.</summary>
    internal string VerdictOf(Diagnostics diagnostics)
    {
        Diagnostic? error = diagnostics.Found.FirstOrDefault(found => found.Severity == Severity.Error);
        return error is null ? "accept " : "reject " + PlaceOf(error);
    }

    public override string ToString() => File;

    private static string FolderOf(string program) => Path.Join(SourceTree.Root, "tests", "Unit", "Cases", program);

    private string PlaceOf(Diagnostic error)
    {
        string line = error.Position.Line == 0 ? "" : error.Position.Line.ToString(CultureInfo.InvariantCulture);
        bool isInner = error.Position.Source is { } source && source.Name != File;
        return isInner ? $"{error.Position.Source!.Name}:{line}" : line;
    }
}
