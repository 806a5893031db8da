using Sluice.Configuration;
using Sluice.Httpd.Configuration;
using Sluice.Unit.Httpd.Configuration;

using Xunit;

namespace Sluice.Unit.Configuration;

public sealed class DiagnosticsTests
{
    [Fact]
    public void A_message_names_place_line_and_remedy()
    {
        LoadResult<HttpdConfiguration> result = RoundTrip.Load("server \"a\" {\n\tlisten on * port 99999\n}\n");
        Assert.Equal(
            "httpd.conf:2:19: invalid port: 99999\n" +
            "     listen on * port 99999\n" +
            "                      ^\n" +
            "    A port is a number from 1 to 65535 or a name from services(5), which is the file /etc/services.\n",
            RoundTrip.Printed(result));
    }

    [Fact]
    public void All_mistakes_are_reported_in_one_run()
    {
        LoadResult<HttpdConfiguration> result = RoundTrip.Load("prefork 0\nserver \"a\" {\n listen on $no port 80\n listen on * port 80\n tcp {\n  backlog 9999\n  nodelay\n }\n rot \"/x\"\n location \"/\" {\n  block return 999\n }\n}\nfoo\n");
        Assert.Equal([1, 3, 6, 9, 11, 14], System.Linq.Enumerable.Select(result.Diagnostics.Found, found => found.Position.Line));
    }

    [Fact]
    public void A_misspelled_option_has_a_suggestion()
    {
        LoadResult<HttpdConfiguration> result = RoundTrip.Load("server \"a\" {\n listen on * port 80\n rot \"/x\"\n}\n");
        Assert.Equal("Did you mean root?", result.Diagnostics.Found[0].Remedy);
    }

    [Fact]
    public void Errors_come_before_warnings()
    {
        LoadResult<HttpdConfiguration> result = RoundTrip.Load("server \"a\" {\n listen on * port 80\n}\nchroot \"/x\"\nfoo\n");
        Assert.StartsWith("httpd.conf:5:", RoundTrip.Printed(result), System.StringComparison.Ordinal);
    }

    [Fact]
    public void Unused_macros_are_told_on_demand()
    {
        LoadResult<HttpdConfiguration> result = RoundTrip.Load("x = \"1\"\nserver \"a\" {\n listen on * port 80\n}\n", LoadVerbosity.Verbose);
        Assert.Equal("macro 'x' not used", Assert.Single(result.Diagnostics.Found).Message);
    }

    [Fact]
    public void A_macro_of_the_command_line_stays()
    {
        Macros macros = new();
        macros.DefineForGood("x", "b");
        macros.Define("x", "a", default);
        Assert.Equal("b", macros.Use("x"));
    }

    [Fact]
    public void Bytes_of_terminals_are_not_passed_on()
    {
        LoadResult<HttpdConfiguration> result = RoundTrip.Load("server \"a\" {\n listen on \"\u001b[31m\" port 80\n}\n");
        Assert.DoesNotContain('\u001b', RoundTrip.Printed(result));
    }
}
