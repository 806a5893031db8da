using System.Text;

using Sluice.Httpd.Passwords;
using Sluice.Httpd.Serving;

using Xunit;

namespace Sluice.Unit.Httpd.Serving;

public sealed class GuardTests
{
    [Theory]
    [InlineData("", "Basic realm=\"\"")]
    [InlineData("All", "Basic realm=\"All\"")]
    [InlineData("a \"b\" \\c", "Basic realm=\"a \\\"b\\\" \\\\c\"")]
    [InlineData("a\r\nX: y\tz\u0001", "Basic realm=\"a\\r\\nX: y\\tz\\^A\"")]
    public void A_realm_is_shown_in_quotes_that_nothing_of_it_ends(string realm, string expected) =>
        Assert.Equal(expected, Encoding.Latin1.GetString(new Guard(1, 0, realm).Challenge.Span));

    [Fact]
    public void What_was_asked_of_one_file_says_nothing_of_another()
    {
        Guard one = new(1, 0, "a");
        Admission admission = new(new Guard(1, 1, "b"), Verdict.Refused, new Admission(one, Verdict.Granted, Earlier: null));

        Assert.True(admission.Admits(new Guard(1, 0, "another realm")));
        Assert.Equal(Verdict.Refused, admission.VerdictOf(new Guard(1, 1, "a")));
        Assert.Equal(Verdict.None, admission.VerdictOf(new Guard(2, 0, "a")));
        Assert.False(admission.IsLast);
        Assert.True(new Admission(one, Verdict.None, admission).IsLast);
    }
}
