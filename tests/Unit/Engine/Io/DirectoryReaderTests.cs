using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Io;

using Xunit;

namespace Sluice.Unit.Engine.Io;

public sealed class DirectoryReaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-names-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_name_comes_with_what_it_stands_for()
    {
        File.WriteAllText(Path.Join(_folder.FullName, "a file"), "content");
        _folder.CreateSubdirectory("sub");
        File.CreateSymbolicLink(Path.Join(_folder.FullName, "link"), "sub");

        Assert.Equal(
            [(".", FileKind.Directory), ("..", FileKind.Directory), ("a file", FileKind.Regular), ("link", FileKind.Directory), ("sub", FileKind.Directory)],
            Read().OrderBy(static entry => entry.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void A_directory_that_needs_several_pieces_is_read_whole()
    {
        string[] names = [.. Enumerable.Range(0, 1500).Select(static number => number.ToString("D40", CultureInfo.InvariantCulture))];
        Array.ForEach(names, name => File.WriteAllText(Path.Join(_folder.FullName, name), ""));

        Assert.Equal(
            names,
            Read().Select(static entry => entry.Name).Where(static name => name.Length == 40).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public void A_file_is_no_directory()
    {
        string path = Path.Join(_folder.FullName, "file");
        File.WriteAllText(path, "");

        Assert.Equal(Errno.NotDirectory, DirectoryReader.Open(Encoding.UTF8.GetBytes(path), out _));
    }

    private List<(string Name, FileKind Kind)> Read()
    {
        Assert.Equal(Errno.None, DirectoryReader.Open(Encoding.UTF8.GetBytes(_folder.FullName), out DirectoryReader? opened));
        using DirectoryReader reader = opened!;
        List<(string, FileKind)> entries = [];
        while (reader.TryFill(out _))
        {
            while (reader.TryTake(out ReadOnlySpan<byte> name))
            {
                string text = Encoding.UTF8.GetString(name);
                Assert.Equal(Errno.None, reader.Examine(out FileStatus status));
                entries.Add((text, status.Kind));
            }
        }

        return entries;
    }
}
