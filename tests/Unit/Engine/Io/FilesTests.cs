using System;
using System.Diagnostics;
using System.IO;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Native;

using Xunit;

namespace Sluice.Unit.Engine.Io;

public sealed class FilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-files").FullName;

    [Fact]
    public void A_regular_file_is_opened_and_read()
    {
        byte[] path = Written("file", "content");
        byte[] buffer = new byte[16];
        Assert.Equal(Errno.None, Files.Open(path, Links.Follow, out OpenFile? file));
        using (file)
        {
            Assert.Equal(new IoResult(4, Errno.None), file!.Read(buffer, 3));
        }

        Assert.Equal("tent", Encoding.ASCII.GetString(buffer, 0, 4));
    }

    [Fact]
    public void Length_and_time_are_those_of_the_file()
    {
        byte[] path = Written("file", "content");
        DateTime time = new(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "file"), time);
        Assert.Equal(Errno.None, Files.Stat(path, out FileStatus status));
        Assert.Equal((FileKind.Regular, 7, new DateTimeOffset(time)), (status.Kind, status.Length, status.Modified));
    }

    [Fact]
    public void A_directory_is_not_opened() =>
        Assert.Equal(Errno.IsDirectory, Files.Open(Encoding.UTF8.GetBytes(_folder), Links.Follow, out _));

    [Fact]
    public void A_device_is_not_opened() =>
        Assert.Equal(Errno.AccessDenied, Files.Open("/dev/null"u8, Links.Follow, out _));

    [Fact]
    public void A_fifo_is_refused_without_waiting_for_its_writer()
    {
        string path = Path.Combine(_folder, "fifo");
        using Process mkfifo = Process.Start("mkfifo", [path]);
        mkfifo.WaitForExit();
        Assert.Equal(Errno.AccessDenied, Files.Open(Encoding.UTF8.GetBytes(path), Links.Follow, out _));
    }

    [Fact]
    public void A_symbolic_link_is_followed_or_refused_as_asked()
    {
        _ = Written("file", "content");
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "file");
        byte[] link = Encoding.UTF8.GetBytes(Path.Combine(_folder, "link"));
        Assert.Equal(Errno.SymbolicLinkLoop, Files.Open(link, Links.Refuse, out _));
        Assert.Equal(Errno.None, Files.Open(link, Links.Follow, out OpenFile? file));
        file!.Dispose();
    }

    [Fact]
    public void A_missing_file_is_a_value() => Assert.Equal(Errno.NotFound, Files.Open("/nowhere/x"u8, Links.Follow, out _));

    [Fact]
    public void A_path_with_a_nul_is_refused() =>
        Assert.Equal(Errno.InvalidArgument, Files.Open("/etc/passwd\0.html"u8, Links.Follow, out _));

    [Fact]
    public void A_path_that_is_too_long_is_refused() =>
        Assert.Equal(Errno.NameTooLong, Files.Open(new byte[5000].AsSpan(0, 4096), Links.Follow, out _));

    [Fact]
    public void Every_error_has_words() => Assert.Equal("Connection refused", Errno.ConnectionRefused.Describe());

    [Fact]
    public void A_file_opened_is_not_inherited()
    {
        Assert.Equal(Errno.None, Files.Open(Written("file", "content"), Links.Follow, out OpenFile? file));
        using (file)
        {
            Assert.Equal(Libc.FD_CLOEXEC, Libc.fcntl(file!.Fd, Libc.F_GETFD, 0));
        }
    }

    [Theory]
    [InlineData("/inner/file", "inner")]
    [InlineData("/inner/../../inner/file", "inner")]
    [InlineData("/link", "inner")]
    [InlineData("/away", "below")]
    public void Below_a_root_no_path_and_no_link_leads_out(string path, string expected)
    {
        string root = Path.Combine(_folder, "root");
        Directory.CreateDirectory(root + "/inner");
        Directory.CreateDirectory(root + "/etc");
        File.WriteAllText(root + "/inner/file", "inner");
        File.WriteAllText(root + "/etc/hostname", "below");
        File.CreateSymbolicLink(root + "/link", "/inner/file");
        File.CreateSymbolicLink(root + "/away", "/etc/hostname");
        byte[] buffer = new byte[16];

        Assert.Equal(Errno.None, Files.OpenBelow(root, Encoding.UTF8.GetBytes(path), out OpenFile? file));
        int length = file!.Read(buffer, 0).Bytes;
        file.Dispose();

        Assert.Equal(expected, Encoding.ASCII.GetString(buffer, 0, length));
    }

    [Fact]
    public void Below_a_root_what_is_missing_or_no_file_is_refused()
    {
        Assert.Equal(Errno.NotFound, Files.OpenBelow(_folder, "/nothing"u8, out _));
        Assert.Equal(Errno.IsDirectory, Files.OpenBelow(_folder, "/"u8, out _));
        Assert.Equal(Errno.InvalidArgument, Files.OpenBelow(_folder, "/a\0b"u8, out _));
        Assert.Equal(Errno.NotFound, Files.OpenBelow(_folder + "/nothing", "/a"u8, out _));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private byte[] Written(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return Encoding.UTF8.GetBytes(path);
    }
}
