using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Starting;

/// <summary>Starting and not starting: what the operator reads, and the status that the shell sees.</summary>
public sealed class StartTests : IDisposable
{
    private readonly Place _place = new();
    private readonly Site _site;

    public StartTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).ConfigureServer("");
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_port_that_is_taken_is_named()
    {
        using Socket other = _place.Socket(AddressFamily.InterNetwork);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 80));
        other.Listen();

        (int status, _, string errors) = Httpd("-d", "-f", _site.Configuration);

        Assert.Equal(1, status);
        Assert.Contains("127.0.0.1", errors, StringComparison.Ordinal);
        Assert.Contains("80", errors, StringComparison.Ordinal);
        Assert.Contains("ddress already in use", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_daemon_is_refused_and_the_first_keeps_its_connections()
    {
        using Daemon first = Daemon.Start(_place, _site.Configuration);

        (int status, _, string errors) = Httpd("-d", "-f", _site.Configuration);

        Assert.Equal(1, status);
        Assert.Contains("ddress already in use", errors, StringComparison.Ordinal);
        AssertServes();
    }

    [Fact]
    public void Without_root_it_says_so()
    {
        (int status, _, string errors) = HttpdWithoutRoot("-d", "-f", _site.Configuration);

        Assert.Equal(1, status);
        Assert.Contains("need root privileges", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_of_a_configuration_needs_no_root()
    {
        (int status, string output, string errors) = HttpdWithoutRoot("-n", "-f", _site.Configuration);

        Assert.Equal((0, "configuration OK\n"), (status, output + errors));
    }

    [Fact]
    public void An_interface_stands_for_its_addresses_and_egress_for_those_of_default_routes()
    {
        _place.Tool("ip", "address", "add", "192.0.2.9/24", "dev", "lo");
        _site.Configure("server \"a\" {\n\tlisten on lo port 80\n\tlisten on egress port 81\n}");
        (int without, _, string nowhere) = Httpd("-n", "-f", _site.Configuration);
        _place.Tool("ip", "route", "add", "default", "dev", "lo");

        (int status, string output, string errors) = Httpd("-n", "-v", "-f", _site.Configuration);

        Assert.Equal((1, true), (without, nowhere.Contains("invalid listen ip: egress", StringComparison.Ordinal)));
        Assert.Equal((0, "configuration OK\n"), (status, errors));
        Assert.Equal(
            ["127.0.0.1 port 80", "192.0.2.9 port 80", "::1 port 80", "127.0.0.1 port 81", "192.0.2.9 port 81", "::1 port 81"],
            output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("listen on ", StringComparison.Ordinal))
                .Select(line => line["listen on ".Length..].Replace("\"", "", StringComparison.Ordinal)),
            StringComparer.Ordinal);
    }

    [Fact]
    public void The_check_names_file_line_and_column_of_every_error()
    {
        _site.Configure("server \"a\" {\n\tlisten on 127.0.0.1 prot 80\n\trot \"/\"\n}");

        (int status, _, string errors) = Httpd("-n", "-f", _site.Configuration);

        Assert.Equal(1, status);
        Assert.Matches(@"httpd\.conf:6:\d+: ", errors);
        Assert.Matches(@"httpd\.conf:7:\d+: ", errors);
    }

    /// <summary>H-PRIVSEP-22.</summary>
    [Fact]
    public void A_macro_of_the_command_line_is_defined_and_the_file_does_not_change_it()
    {
        _site.Configure("own = \"99999\"\nserver \"test\" {\n\tlisten on 127.0.0.1 port $own\n}");

        Assert.Equal(1, Httpd("-n", "-f", _site.Configuration).Status);
        Assert.Equal(0, Httpd("-n", "-D", "own=81", "-f", _site.Configuration).Status);
    }

    [Fact]
    public void A_user_that_is_missing_is_named_with_the_command_that_creates_it()
    {
        string users = Path.Combine(_place.Folder, "passwd");
        File.WriteAllLines(users, File.ReadLines("/etc/passwd").Where(line => !line.StartsWith("www:", StringComparison.Ordinal)));
        File.SetUnixFileMode(users, Modes.File);
        _place.Tool("mount", "--bind", users, "/etc/passwd");

        (int status, _, string errors) = Httpd("-d", "-f", _site.Configuration);

        Assert.Equal(1, status);
        Assert.Contains("unknown user www", errors, StringComparison.Ordinal);
        Assert.Contains("systemd-sysusers", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chroot_that_is_missing_is_named()
    {
        File.WriteAllText(_site.Configuration, "chroot \"/nowhere/at/all\"\nserver \"a\" {\n\tlisten on 127.0.0.1 port 80\n}\n");

        (int status, _, string errors) = Httpd("-d", "-f", _site.Configuration);

        Assert.Equal(1, status);
        Assert.Contains("/nowhere/at/all", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_is_missing_is_named()
    {
        (int status, _, string errors) = Httpd("-d", "-f", "/nowhere.conf");

        Assert.Equal(1, status);
        Assert.Contains("/nowhere.conf", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("operand")]
    [InlineData("-x")]
    public void A_wrong_command_line_gets_the_usage(string word)
    {
        (int status, _, string errors) = Httpd(word);

        Assert.Equal(1, status);
        Assert.Contains("usage: httpd [-dnv] [-D macro=value] [-f file]", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void In_the_background_the_command_returns_when_service_has_begun()
    {
        using Background daemon = Background.Start(_place, _site.Configuration);

        AssertServes();
    }

    [Fact]
    public void In_the_background_a_failure_is_told_before_the_command_returns()
    {
        using Socket other = _place.Socket(AddressFamily.InterNetwork);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 80));
        other.Listen();

        (int status, _, string errors) = Httpd("-f", _site.Configuration);

        Assert.Equal(1, status);
        Assert.Contains("ddress already in use", errors, StringComparison.Ordinal);
    }

    private (int Status, string Output, string Errors) Httpd(params string[] words) => _place.Call(Place.Program("httpd"), words);

    /// <summary>A copy, because the unprivileged user may not see the clone.</summary>
    private (int Status, string Output, string Errors) HttpdWithoutRoot(params string[] words) =>
        _place.Call("setpriv", ["--reuid=www", "--regid=www", "--clear-groups", _place.CopyOf("httpd"), .. words]);

    private void AssertServes()
    {
        using Peer peer = new(_place, 80);
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        Assert.Equal(200, Heads.Status(peer.Answer().Head));
    }
}
