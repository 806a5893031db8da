using System;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Hostile;

/// <summary>Configuration files that no editor writes: each is refused with its place, within the time of a call.</summary>
[Compares]
public sealed class ConfigurationFileTests : IDisposable
{
    private const string Listen = "\n\tlisten on 127.0.0.1 port 80\n";
    private const int Servers = 100_000, TenMebibytes = 10 * 1024 * 1024;

    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("server \"a\" {\n\troot \"/a\0b\"\n}\n", "file:2:7: ")]
    [InlineData("server \"a {" + Listen + "}\n", "file:1:8: ")]
    [InlineData("server \"a\" {" + Listen, "file:4: ")]
    [InlineData("server \"a\" {\n\tlisten on 127.0.0.1 port 65536\n}\n", "file:2:27: ")]
    [InlineData("\u00ef\u00bb\u00bfserver \"a\" {" + Listen + "}\n", "file:1:1: ")]
    [InlineData("server \"a\" {\r\n}\r\n", "file:1:13: ")]
    [InlineData("a=\"$a\"\nserver $a {" + Listen + "}\n", "file:2:8: ")]
    [InlineData("include \"file\"\n", "file:1:9: ")]
    [InlineData("server \"a\" {" + Listen + "}\nserver \"a\" {" + Listen + "}\n", "file:6:1: ")]
    [InlineData("server \"a\" {" + Listen + "\tconnection max requests 99999999999999999999\n}\n", "file:3:26: ")]
    [InlineData("server \"a\" {" + Listen + "\troot \"/a\\\n", "file:3:7: ")]
    public void A_mistake_is_named_with_its_place(string text, string begin)
    {
        (int status, string said) = Check(text);

        Assert.Equal(1, status);
        Assert.StartsWith(begin, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_10_MiB_is_too_long()
    {
        (int status, string said) = Check($"server \"a\" {{\n\troot \"{new string('a', TenMebibytes)}\"\n}}\n");

        Assert.Equal(1, status);
        Assert.StartsWith("file:2:7: string too long", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_from_nowhere_are_a_syntax_error()
    {
        byte[] noise = new byte[65536];
        new Random(1).NextBytes(noise);
        (int status, string said) = Check(Encoding.Latin1.GetString(noise));

        Assert.Equal(1, status);
        Assert.StartsWith("file:1:", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_thousand_servers_are_read()
    {
        (int status, string said) = Check(string.Concat(Enumerable.Range(0, Servers).Select(i => $"server \"s{i}\" {{{Listen}}}\n")));

        Assert.Equal((0, "configuration OK\n"), (status, said));
    }

    [Theory]
    [InlineData("http", 0, "configuration OK\n")]
    [InlineData("https", 0, "configuration OK\n")]
    [InlineData("smtp", 1, "file:2:27: invalid port: smtp\n")]
    public void A_system_without_names_of_services_knows_those_of_the_web(string name, int wanted, string begin)
    {
        if (File.Exists("/etc/services"))
        {
            _place.Tool("mount", "--bind", "/dev/null", "/etc/services");
        }

        (int status, string said) = Check($"server \"a\" {{\n\tlisten on 127.0.0.1 port {name}\n}}\n");

        Assert.Equal(wanted, status);
        Assert.StartsWith(begin, said, StringComparison.Ordinal);
    }

    private (int Status, string Said) Check(string text)
    {
        string path = Path.Combine(_place.Folder, "file");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(text));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (int status, string output, string errors) = _place.Call(Place.Program("httpd"), "-n", "-f", path);
        return (status, (errors + output).Replace(path, "file", StringComparison.Ordinal));
    }
}
