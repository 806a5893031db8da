using System;
using System.Collections.Generic;
using System.IO;
using System.Net;

using Sluice.Unit.Fakes;

namespace Sluice.Unit.Httpd.Configuration;

/// <summary>A small configuration with upstream's verdict: a row of tests/Unit/Cases/httpd/index.tsv.</summary>
/// <param name="File">Name in the folder.</param>
/// <param name="Accepted">Whether a configuration test succeeds.</param>
/// <param name="Place">Line of the first error, with the file where it is an included one; empty for none.</param>
/// <param name="Needs">What the host must have or lack.</param>
public sealed record SyntheticCase(string File, bool Accepted, string Place, string Needs)
{
    private static readonly string _folder = Path.Join(Root(), "tests", "Unit", "Cases", "httpd");

    public static IEnumerable<SyntheticCase> All()
    {
        string[] rows = System.IO.File.ReadAllLines(Path.Join(_folder, "index.tsv"));
        for (int i = 1; i < rows.Length; i++)
        {
            string[] columns = rows[i].Split('\t');
            yield return new SyntheticCase(columns[0]["httpd/".Length..], columns[1] is "accept", columns[2], columns[5]);
        }
    }

    /// <summary>A host that fulfils <see cref="Needs"/>, with the folder as its working directory.</summary>
    internal StubHost Host()
    {
        StubHost host = new();
        host.Files[File] = System.IO.File.ReadAllBytes(Path.Join(_folder, File));
        foreach (string path in Directory.GetFiles(Path.Join(_folder, "inc")))
        {
            host.Files["inc/" + Path.GetFileName(path)] = System.IO.File.ReadAllBytes(path);
        }

        host.Names["localhost"] = [IPAddress.Loopback];
        string[] needs = Needs.Split(',');
        if (Array.IndexOf(needs, "interface") >= 0)
        {
            host.Interfaces["egress"] = [IPAddress.Parse("192.0.2.1")];
        }

        foreach ((string path, string unless) in (ReadOnlySpan<(string, string)>)[
            ("/etc/ssl/server.crt", "no-cert"), ("/etc/ssl/private/server.key", "no-cert"), ("/a.pem", "no-cert"), ("/b.pem", "no-cert"),
            ("/etc/ssl/a.pem", "no-cert"), ("/etc/ssl/private/a.key", "no-cert"), ("/etc/ssl/shop.example.com.pem", "no-cert"),
            ("/etc/ssl/private/shop.example.com.key", "no-cert"), ("/etc/ssl/people.pem", "no-ca"),
            ("/etc/ssl/people.crl", "no-crl"), ("/etc/ssl/none.crl", "no-crl"), ("/etc/ssl/none.der", "no-ocsp"),
        ])
        {
            if (Array.IndexOf(needs, unless) < 0)
            {
                host.Files[path] = [0];
            }
        }

        return host;
    }

    public override string ToString() => File;

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Join(folder.FullName, "Sluice.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
