using System.Linq;

using Sluice.Configuration;
using Sluice.Httpd.Configuration;
using Sluice.Unit.Fakes;
using Sluice.Unit.Httpd.Configuration;

using Xunit;

namespace Sluice.Unit.Configuration;

public sealed class IncludesTests
{
    private const string Server = "server \"a\" {\n listen on * port 80\n}\n";

    [Fact]
    public void A_file_that_includes_itself_is_an_error()
    {
        LoadResult<HttpdConfiguration> result = RoundTrip.Load("include \"httpd.conf\"\n" + Server);
        Assert.Equal("failed to include file httpd.conf: it includes itself", result.Diagnostics.Found[0].Message);
    }

    [Fact]
    public void A_circle_of_two_files_is_an_error()
    {
        StubHost host = new StubHost().With("b", "include \"httpd.conf\"\n");
        Assert.Equal("failed to include file httpd.conf: it includes itself", RoundTrip.Load(host, "include \"b\"\n" + Server).Diagnostics.Found[0].Message);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        StubHost host = Enumerable.Range(0, 100).Aggregate(new StubHost(), (host, i) => host.With($"f{i}", $"include \"f{i + 1}\"\n"));
        Assert.Equal("failed to include file f63: nested more than 64 deep", RoundTrip.Load(host, "include \"f0\"\n" + Server).Diagnostics.Found[0].Message);
    }

    [Fact]
    public void The_same_file_may_be_included_twice_in_sequence()
    {
        StubHost host = new StubHost().With("b", "x = \"1\"\n");
        Assert.NotNull(RoundTrip.Load(host, "include \"b\"\ninclude \"b\"\n" + Server).Configuration);
    }

    [Fact]
    public void A_list_in_braces_is_expanded_and_read_in_order()
    {
        StubHost host = new StubHost().With("1.conf", "x = \"a\"\n").With("2.conf", "x = \"b\"");
        LoadResult<HttpdConfiguration> result = RoundTrip.Load(host, "include { \"{1..2}.conf\" }\nserver $x {\n listen on * port 80\n}\n");
        Assert.Equal("b", result.Configuration?.Servers[0].Name.Text);
    }

    [Fact]
    public void A_file_that_others_may_write_is_warned_of()
    {
        StubHost host = new();
        host.Writable["httpd.conf"] = FileWriters.Group | FileWriters.Others;
        Assert.Equal("httpd.conf: warning: world-writable configuration file\n    chmod go-w httpd.conf\n", RoundTrip.Printed(RoundTrip.Load(host, Server)));
    }
}
