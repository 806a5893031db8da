using System;
using System.IO;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Io;

using Xunit;

namespace Sluice.Unit.Engine.Io;

public sealed class SpoolFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void What_was_added_is_read_and_has_no_name()
    {
        Assert.Equal(Errno.None, SpoolFile.Create(_directory.FullName, out SpoolFile? made));
        using SpoolFile file = made!;

        Assert.Equal(Errno.None, file.Add("one "u8));
        Assert.Equal(Errno.None, file.Add("two"u8));

        byte[] content = new byte[6];
        Assert.Equal(Errno.None, file.Read(content, 1));
        Assert.Equal("ne two", Encoding.ASCII.GetString(content));
        Assert.Equal(Errno.InputOutput, file.Read(content, 2));
        Assert.Empty(_directory.GetFileSystemInfos());
    }

    [Fact]
    public void A_directory_that_is_not_there_is_an_error()
    {
        Errno error = SpoolFile.Create(_directory.FullName + "/none", out SpoolFile? made);
        using SpoolFile? file = made;

        Assert.Equal(Errno.NotFound, error);
        Assert.Null(file);
    }
}
