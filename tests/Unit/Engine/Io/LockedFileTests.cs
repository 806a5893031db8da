using System;
using System.IO;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Io;

using Xunit;

namespace Sluice.Unit.Engine.Io;

public sealed class LockedFileTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly string _folder = Directory.CreateTempSubdirectory("locked-").FullName;

    private string FilePath => Path.Combine(_folder, "file");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_is_missing_is_created_for_its_owner_alone()
    {
        Assert.Equal(Errno.None, LockedFile.Open(FilePath, out LockedFile? file));
        Assert.Equal(Errno.None, file!.Replace("new"u8));
        file.Dispose();

        Assert.Equal("new", File.ReadAllText(FilePath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Mode_and_link_stay_and_the_content_is_another_file()
    {
        File.WriteAllText(FilePath, "old");
        File.SetUnixFileMode(FilePath, Mode);
        string link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, "file");
        Assert.Equal(Errno.None, Files.Open(Encoding.UTF8.GetBytes(FilePath), Links.Follow, out OpenFile? reader));

        Assert.Equal(Errno.None, LockedFile.Open(link, out LockedFile? file));
        byte[] before = new byte[8];
        int length = file!.Read(before, 0).Bytes;
        Assert.Equal(Errno.None, file.Replace("newer"u8));
        file.Dispose();

        Assert.Equal("old", Encoding.ASCII.GetString(before, 0, length));
        Assert.Equal("newer", File.ReadAllText(FilePath));
        Assert.Equal(Mode, File.GetUnixFileMode(FilePath));
        Assert.Equal("file", new FileInfo(link).LinkTarget);
        Assert.Equal(3, reader!.Read(before, 0).Bytes);
        reader.Dispose();
    }

    [Fact]
    public void A_file_is_locked_once()
    {
        Assert.Equal(Errno.None, LockedFile.Open(FilePath, out LockedFile? file));
        Assert.Equal(Errno.WouldBlock, LockedFile.Open(FilePath, out _));
        file!.Dispose();

        Assert.Equal(Errno.None, LockedFile.Open(FilePath, out file));
        file!.Dispose();
    }

    [Fact]
    public void What_is_no_regular_file_is_refused() => Assert.NotEqual(Errno.None, LockedFile.Open(_folder, out _));
}
