using System;
using System.IO;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Starting;

/// <summary>relayd as it is published: what it says of configurations.</summary>
[Compares]
public sealed class RelaydCheckTests : IDisposable
{
    private const string Good = "table <t> { $backend }\nrelay \"r\" {\n\tlisten on 127.0.0.1 port 80\n\tforward to <t> port 8080\n}\n";

    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_good_configuration_is_ok()
        => Assert.Equal((0, "", "configuration OK\n"), Check("backend = \"192.0.2.1\"\n" + Good));

    [Fact]
    public void A_macro_of_the_command_line_is_defined()
        => Assert.Equal((0, "", "configuration OK\n"), Check(Good, "-D", "backend=192.0.2.1"));

    [Fact]
    public void An_unused_macro_is_said_with_v()
        => Assert.StartsWith("file:1:1: warning: macro 'unused' not used\n", Check("unused = \"x\"\n" + Good, "-v", "-D", "backend=192.0.2.1").Errors, StringComparison.Ordinal);

    [Fact]
    public void A_mistake_is_named_with_its_place()
    {
        (int status, string output, string errors) = Check(Good);

        Assert.Equal((1, ""), (status, output));
        Assert.StartsWith("file:1:13: macro 'backend' not defined\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sample_is_good_but_for_its_certificates()
    {
        (int status, _, string errors) = _place.Call(Place.Program("relayd"), "-n", "-f", Path.Combine(Place.Clone, "etc", "relayd.conf"));

        Assert.Equal(1, status);
        Assert.Contains("cannot load keypair example.org for relay https", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_run_yet_is_refused_at_start_and_not_by_n()
    {
        const string Router = "table <t> { 192.0.2.1 }\nrouter \"r\" {\n\troute 0.0.0.0/0\n\trtable 255\n\tforward to <t> check icmp\n}\n";

        Assert.Equal((0, "", "configuration OK\n"), Check(Router));
        (int status, string output, string errors) = _place.Call(Place.Program("relayd"), "-d", "-f", Path.Combine(_place.Folder, "file"));

        Assert.Equal((1, ""), (status, output));
        Assert.StartsWith("router \"r\": rtable 255 has the addresses of this machine", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_option_is_answered_with_the_usage()
        => Assert.Equal(
            (1, "", "relayd: unknown option -- x\nusage: relayd [-dnv] [-D macro=value] [-f file]\n"), _place.Call(Place.Program("relayd"), "-x"));

    private (int Status, string Output, string Errors) Check(string text, params string[] options)
    {
        string path = Path.Combine(_place.Folder, "file");
        File.WriteAllText(path, text);
        (int status, string output, string errors) = _place.Call(Place.Program("relayd"), ["-n", "-f", path, .. options]);
        return (status, output, errors.Replace(path, "file", StringComparison.Ordinal));
    }
}
