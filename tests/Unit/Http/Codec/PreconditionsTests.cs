using System;
using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

/// <summary>RFC 9110 13, for a file with the tag "t", changed at 08:49:37.</summary>
public sealed class PreconditionsTests
{
    private const string Same = "Sun, 06 Nov 1994 08:49:37 GMT";
    private const string Before = "Sun, 06 Nov 1994 08:49:36 GMT";
    private const string After = "Sun, 06 Nov 1994 08:49:38 GMT";

    private static readonly DateTimeOffset _modified = new(1994, 11, 6, 8, 49, 37, 500, TimeSpan.Zero);

    [Theory]
    [InlineData("If-None-Match: \"t\"", Precondition.NotModified)]
    [InlineData("If-None-Match: W/\"t\"", Precondition.NotModified)]
    [InlineData("If-None-Match: *", Precondition.NotModified)]
    [InlineData("If-None-Match: \"a\", \"t\"", Precondition.NotModified)]
    [InlineData("If-None-Match: ,, \"a,b\" ,W/\"t\",", Precondition.NotModified)]
    [InlineData("If-None-Match: \"a\"", Precondition.Holds)]
    [InlineData("If-None-Match: t", Precondition.Holds)]
    [InlineData("If-None-Match: w/\"t\"", Precondition.Holds)]
    [InlineData("If-None-Match: W/ \"t\"", Precondition.Holds)]
    [InlineData("If-None-Match: \"t", Precondition.Holds)]
    [InlineData("If-None-Match: \"", Precondition.Holds)]
    [InlineData("If-None-Match: *, \"a\"", Precondition.Holds)]
    [InlineData("If-None-Match: \"a\" \"t\"", Precondition.Holds)]
    [InlineData("If-None-Match:", Precondition.Holds)]
    public void If_None_Match_compares_weakly(string field, Precondition result) => Assert.Equal(result, Of(field));

    [Theory]
    [InlineData("If-Match: \"t\"", Precondition.Holds)]
    [InlineData("If-Match: *", Precondition.Holds)]
    [InlineData("If-Match: \"a\",\"t\"", Precondition.Holds)]
    [InlineData("If-Match: \"a\"", Precondition.Failed)]
    [InlineData("If-Match: W/\"t\"", Precondition.Failed)]
    [InlineData("If-Match: t", Precondition.Failed)]
    [InlineData("If-Match:", Precondition.Failed)]
    public void If_Match_compares_strongly(string field, Precondition result) => Assert.Equal(result, Of(field));

    [Theory]
    [InlineData("If-Modified-Since: " + Same, Precondition.NotModified)]
    [InlineData("If-Modified-Since: " + After, Precondition.NotModified)]
    [InlineData("If-Modified-Since: " + Before, Precondition.Holds)]
    [InlineData("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT", Precondition.NotModified)]
    [InlineData("If-Modified-Since: Sun Nov  6 08:49:37 1994", Precondition.NotModified)]
    [InlineData("If-Modified-Since: Sun Nov  6 08:49:36 1994", Precondition.Holds)]
    [InlineData("If-Modified-Since: yesterday", Precondition.Holds)]
    [InlineData("If-Modified-Since: Sun, 06 Nov 99999 08:49:37 GMT", Precondition.Holds)]
    [InlineData("If-Unmodified-Since: " + Same, Precondition.Holds)]
    [InlineData("If-Unmodified-Since: " + After, Precondition.Holds)]
    [InlineData("If-Unmodified-Since: " + Before, Precondition.Failed)]
    [InlineData("If-Unmodified-Since: Sun Nov  6 08:49:36 1994", Precondition.Failed)]
    [InlineData("If-Unmodified-Since: yesterday", Precondition.Holds)]
    public void Dates_count_in_whole_seconds(string field, Precondition result) => Assert.Equal(result, Of(field));

    [Theory]
    [InlineData("If-Match: \"t\"", "If-Unmodified-Since: " + Before, Precondition.Holds)]
    [InlineData("If-Match: \"a\"", "If-None-Match: \"t\"", Precondition.Failed)]
    [InlineData("If-Match: \"t\"", "If-None-Match: \"t\"", Precondition.NotModified)]
    [InlineData("If-Match: \"t\"", "If-Modified-Since: " + Same, Precondition.NotModified)]
    [InlineData("If-Unmodified-Since: " + Before, "If-None-Match: \"t\"", Precondition.Failed)]
    [InlineData("If-Unmodified-Since: " + Same, "If-None-Match: \"t\"", Precondition.NotModified)]
    [InlineData("If-Unmodified-Since: " + Same, "If-Modified-Since: " + Same, Precondition.NotModified)]
    [InlineData("If-None-Match: \"a\"", "If-Modified-Since: " + Same, Precondition.Holds)]
    [InlineData("If-None-Match: \"t\"", "If-Modified-Since: " + Before, Precondition.NotModified)]
    [InlineData("If-None-Match: t", "If-Modified-Since: " + Same, Precondition.Holds)]
    public void Conditions_have_an_order(string one, string other, Precondition result)
    {
        Assert.Equal(result, Of(one, other));
        Assert.Equal(result, Of(other, one));
    }

    [Theory]
    [InlineData("If-None-Match: \"a\"", "If-None-Match: \"t\"", Precondition.NotModified)]
    [InlineData("If-None-Match: *", "If-None-Match: *", Precondition.Holds)]
    [InlineData("If-Match: \"a\"", "If-Match: \"t\"", Precondition.Holds)]
    [InlineData("If-Match: \"a\"", "If-Match: \"b\"", Precondition.Failed)]
    [InlineData("If-Modified-Since: " + Same, "If-Modified-Since: " + Same, Precondition.Holds)]
    [InlineData("If-Unmodified-Since: " + Before, "If-Unmodified-Since: " + Before, Precondition.Holds)]
    public void Lists_go_on_in_the_next_line_and_dates_do_not(string one, string other, Precondition result) => Assert.Equal(result, Of(one, other));

    [Fact]
    public void A_request_without_conditions_holds() => Assert.Equal(Precondition.Holds, Of());

    [Theory]
    [InlineData("If-Range: \"t\"", true)]
    [InlineData("If-Range: W/\"t\"", false)]
    [InlineData("If-Range: \"a\"", false)]
    [InlineData("If-Range: t", false)]
    [InlineData("If-Range: *", false)]
    [InlineData("If-Range: \"t\", \"a\"", false)]
    [InlineData("If-Range: " + Same, true)]
    [InlineData("If-Range: Sun Nov  6 08:49:37 1994", true)]
    [InlineData("If-Range: " + Before, false)]
    [InlineData("If-Range: " + After, false)]
    [InlineData("If-Range: yesterday", false)]
    [InlineData("X: y", true)]
    public void If_Range_wants_exactly_the_same_file(string field, bool allowed) =>
        Assert.Equal(allowed, Preconditions.AllowRange(Heads.With(field), At(_modified.AddSeconds(1))));

    [Fact]
    public void Two_If_Range_fields_are_none() =>
        Assert.False(Preconditions.AllowRange(Heads.With("If-Range: \"t\"", "If-Range: \"t\""), At(_modified.AddSeconds(1))));

    [Fact]
    public void A_date_of_the_second_that_runs_is_a_weak_validator() =>
        Assert.False(Preconditions.AllowRange(Heads.With("If-Range: " + Same), At(_modified.AddMilliseconds(400))));

    private static Precondition Of(params string[] fields) => Preconditions.Of(Heads.With(fields), At(_modified.AddYears(1)));

    private static Validators At(DateTimeOffset now) => new()
    {
        Tag = "\"t\""u8,
        Modified = _modified,
        ModifiedText = Encoding.ASCII.GetBytes(Same),
        Now = now,
    };
}
