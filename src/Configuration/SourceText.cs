using System;
using System.Text;

namespace Sluice.Configuration;

/// <summary>A file of the configuration and where its lines begin.</summary>
/// <param name="name">The path as the operator or the including file wrote it.</param>
/// <param name="text">The bytes of the file.</param>
public sealed class SourceText(string name, byte[] text)
{
    /// <summary>The path as the operator or the including file wrote it; messages show it.</summary>
    public string Name { get; } = name;

    /// <summary>The bytes of the file.</summary>
    public ReadOnlySpan<byte> Text => text;

    /// <summary>How many bytes the file has.</summary>
    public int Length => text.Length;

    /// <summary>The byte at an offset.</summary>
    /// <param name="offset">From 0 to <see cref="Length"/>, exclusive.</param>
    public byte this[int offset] => text[offset];

    /// <summary>Opens the first file of a configuration; null, with a message, where it cannot be read.</summary>
    /// <param name="path">The path as the operator wrote it.</param>
    /// <param name="host">Where files come from.</param>
    /// <param name="diagnostics">Takes what is wrong with it.</param>
    public static SourceText? Open(string path, IHostFacts host, Diagnostics diagnostics)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(diagnostics);
        byte[]? text = host.Read(path);
        if (text is null)
        {
            diagnostics.Error(default, $"{path}: cannot be read", "Name another file with -f.");
            return null;
        }

        SourceText source = new(path, text);
        source.WarnOfWriters(host, diagnostics);
        return source;
    }

    /// <summary>A physical line without its end, as UTF-8 where it is that; empty past the last line.</summary>
    /// <param name="number">From 1.</param>
    public string Line(int number)
    {
        ReadOnlySpan<byte> rest = text;
        for (int line = 1; line < number; line++)
        {
            int end = rest.IndexOf((byte)'\n');
            if (end < 0)
            {
                return "";
            }

            rest = rest[(end + 1)..];
        }

        int length = rest.IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(length < 0 ? rest : rest[..length]);
    }

    /// <summary>Warns when others than the owner may change what root will obey.</summary>
    /// <param name="host">Knows who may.</param>
    /// <param name="diagnostics">Takes the warning.</param>
    public void WarnOfWriters(IHostFacts host, Diagnostics diagnostics)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(diagnostics);
        FileWriters writers = host.Writers(Name);
        if (writers != FileWriters.None)
        {
            string who = writers.HasFlag(FileWriters.Others) ? "world" : "group";
            diagnostics.Warning(new Position(this, 0, -1), $"{who}-writable configuration file", $"chmod go-w {Name}");
        }
    }

    /// <summary>Line and column of an offset, both from 1; the column counts bytes.</summary>
    /// <param name="offset">From 0 to <see cref="Length"/>.</param>
    internal (int Line, int Column) Find(int offset)
    {
        ReadOnlySpan<byte> before = Text[..offset];
        return (before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'));
    }
}
