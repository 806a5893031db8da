using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Sluice.System.Ground;

/// <summary>httpd's folder below a place: chroot, documents, logs, configuration.</summary>
internal sealed class Site
{
    /// <summary>Of every document, so that answers are the same each time: Tue, 14 Nov 2023 22:13:20 GMT.</summary>
    public static readonly DateTime Modified = DateTime.UnixEpoch.AddSeconds(1_700_000_000);

    private readonly Place _place;

    public Site(Place place)
    {
        _place = place;
        foreach (string folder in (string[])["www", "www/htdocs", "logs"])
        {
            MakeFolder(folder);
        }
    }

    public string Root => Path.Combine(_place.Folder, "www");

    public string Configuration => Path.Combine(_place.Folder, "httpd.conf");

    public string AccessLog => Path.Combine(_place.Folder, "logs", "access.log");

    /// <summary>Writes the configuration: the suite's beginning, then the servers of the test.</summary>
    public Site Configure(string servers, int prefork = 1)
    {
        File.WriteAllText(Configuration, $"prefork {prefork}\nchroot \"{Root}\"\nlogdir \"{_place.Folder}/logs\"\n\n{servers}\n");
        File.SetUnixFileMode(Configuration, Modes.File);
        return this;
    }

    /// <summary>One server on port 80 with these lines.</summary>
    public Site ConfigureServer(string lines, int prefork = 1) =>
        Configure($"server \"test\" {{\n\tlisten on 127.0.0.1 port 80\n\troot \"/htdocs\"\n\t{lines}\n}}", prefork);

    /// <summary>A document; the path is below the chroot.</summary>
    public Site Document(string path, byte[] content, UnixFileMode mode = Modes.File)
    {
        string full = Path.Combine(Root, path);
        MakeFolder(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        File.SetUnixFileMode(full, mode);
        File.SetLastWriteTimeUtc(full, Modified);
        return this;
    }

    /// <summary>Bytes that repeat only after 16 MiB, so that a shifted body is seen.</summary>
    public static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(((i * 7) ^ (i >> 8) ^ (i >> 16)) & 0xff))];

    /// <summary>The whole lines of the access log.</summary>
    public IReadOnlyList<string> LogLines()
    {
        if (!File.Exists(AccessLog))
        {
            return [];
        }

        string text = File.ReadAllText(AccessLog);
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n')[..^1]];
    }

    private void MakeFolder(string path)
    {
        string full = Path.Combine(_place.Folder, path);
        Directory.CreateDirectory(full);
        for (string folder = full; folder.Length > _place.Folder.Length; folder = Path.GetDirectoryName(folder)!)
        {
            File.SetUnixFileMode(folder, Modes.Folder);
        }
    }
}
