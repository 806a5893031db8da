using System;
using System.IO;
using System.Text;

using Sluice.Relayd.Tls;

using Xunit;

namespace Sluice.Unit.Relayd.Tls;

/// <summary>Files from which keys of session tickets come: secrets, or of no use.</summary>
public sealed class TicketSecretsTests : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_secret_is_read_without_what_is_around_it()
    {
        string secret = new('s', 32);
        Write($" {secret}\r\n", Own);

        Assert.Equal(secret, Encoding.ASCII.GetString(TicketSecrets.Read(_file, out _)!.Value.Span));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void What_others_may_read_or_write_is_none(UnixFileMode further)
    {
        Write(new string('s', 32), Own | further);

        Assert.Null(TicketSecrets.Read(_file, out string fault));
        Assert.Equal($"{_file} is open to its group or others, who could read what clients have said: chmod 600.", fault);
    }

    [Fact]
    public void What_is_too_short_is_none()
    {
        Write(new string('s', 31) + "\n", Own);

        Assert.Null(TicketSecrets.Read(_file, out string fault));
        Assert.Equal($"{_file} has less than 32 bytes: openssl rand -hex 32 makes a good one.", fault);
    }

    [Fact]
    public void What_is_not_there_is_none()
    {
        Assert.Null(TicketSecrets.Read(_file + ".none", out string fault));
        Assert.Equal($"{_file}.none: No such file or directory.", fault);
    }

    private void Write(string text, UnixFileMode mode)
    {
        File.WriteAllText(_file, text);
        File.SetUnixFileMode(_file, mode);
    }
}
