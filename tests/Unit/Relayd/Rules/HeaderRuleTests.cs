using Sluice.Relayd.Rules;

using Xunit;

namespace Sluice.Unit.Relayd.Rules;

/// <summary>Fields and cookies (R-FILTER-40, -41, -45 to -48, -60 to -63, -66).</summary>
public sealed class HeaderRuleTests
{
    [Theory]
    [InlineData("header \"x-a\"", true)]
    [InlineData("header \"X-A\" value \"one\"", true)]
    [InlineData("header \"X-A\" value \"ONE\"", false)]
    [InlineData("header \"X-A\" value \"o*\"", true)]
    [InlineData("header \"X-A\" value \"*e\"", true)]
    [InlineData("header \"X-A\" value \"*n*\"", true)]
    [InlineData("header \"X-A\" value \"o*e\"", true)]
    [InlineData("header \"X-A\" value \"o?e\"", true)]
    [InlineData("header \"X-A\" value \"[a-z]n[!f]\"", true)]
    [InlineData("header \"X-A\" value \"two\"", false)]
    [InlineData("header \"x-*\" value \"one\"", true)]
    [InlineData("header \"x-*\" value \"two\"", false)]
    [InlineData("header pattern \"^X\" value pattern \"^%a+$\"", true)]
    [InlineData("header pattern \"^x\"", false)]
    [InlineData("header \"X-A\" value pattern \"%d\"", false)]
    [InlineData("header \"X-None\"", false)]
    [InlineData("header \"X-None\" value \"*\"", false)]
    [InlineData("header append \"X-None\" value \"v\"", true)]
    [InlineData("header set \"X-A\" value \"v\"", true)]
    [InlineData("header", true)]
    [InlineData("cookie \"SID\"", true)]
    [InlineData("cookie \"sid\" value \"ABC\"", true)]
    [InlineData("cookie \"sid\" value \"a*\"", true)]
    [InlineData("cookie \"sid\" value \"b\"", false)]
    [InlineData("cookie \"s*\"", false)]
    [InlineData("cookie \"quoted\" value \"in quotes\"", true)]
    [InlineData("cookie \"$Version\"", false)]
    [InlineData("cookie \"bare\"", false)]
    [InlineData("cookie \"later\"", true)]
    [InlineData("cookie \"later\" value \"2\"", false)]
    [InlineData("cookie pattern \"^si\" value pattern \"^a\"", true)]
    [InlineData("cookie pattern \"^SI\"", false)]
    [InlineData("cookie set \"none\" value \"v\"", true)]
    public void A_field_or_cookie_is_compared(string option, bool isMatch)
        => Assert.Equal(
            isMatch,
            new Ruled("block " + option).Get("/", "X-A: one", "X-a: two", "Cookie: $Version=1; sid=abc; quoted=\"in quotes\"; bare", "Cookie: later=1").Verdict == RuleVerdict.Block);

    [Theory]
    [InlineData("match header append \"X-A\" value \"new\"", "X-A: 1|B: 2|x-a: 3|X-A: new|")]
    [InlineData("match header append \"C\" value \"new\"", "X-A: 1|B: 2|x-a: 3|C: new|")]
    [InlineData("match header set \"x-A\" value \"new\"", "X-A: new|B: 2|")]
    [InlineData("match header set \"C\" value \"new\"", "X-A: 1|B: 2|x-a: 3|C: new|")]
    [InlineData("match header set \"C\" value \"1\"\nmatch header set \"C\" value \"2\"", "X-A: 1|B: 2|x-a: 3|C: 2|")]
    [InlineData("match header append \"C\" value \"1\"\nmatch header set \"C\" value \"2\"", "X-A: 1|B: 2|x-a: 3|C: 2|")]
    [InlineData("match header append \"C\" value \"1\"\nmatch header append \"C\" value \"2\"", "X-A: 1|B: 2|x-a: 3|C: 1|C: 2|")]
    [InlineData("match header remove \"x-a\"", "B: 2|")]
    [InlineData("match header remove \"x-*\"", "B: 2|")]
    [InlineData("match header remove pattern \"^[xB]\"", "X-A: 1|")]
    [InlineData("match header remove \"X-A\" value \"3\"", "X-A: 1|B: 2|")]
    [InlineData("match header remove \"X-A\" value \"[13]\"", "B: 2|")]
    [InlineData("match header remove \"X-A\" value \"1\"\nmatch header set \"X-A\" value \"new\"", "B: 2|x-a: new|")]
    [InlineData("match header remove \"X-A\"\nmatch header set \"X-A\" value \"new\"", "B: 2|")]
    [InlineData("match header remove \"B\"\nmatch header set \"B\" value \"x\"\nmatch header append \"B\" value \"y\"", "X-A: 1|x-a: 3|")]
    [InlineData("match header set \"B\" value \"x\"\nmatch header remove \"B\"", "X-A: 1|x-a: 3|")]
    [InlineData("match header remove \"B\" value \"3\"", "X-A: 1|B: 2|x-a: 3|")]
    [InlineData("match header set \"not a token\" value \"x\"", "X-A: 1|B: 2|x-a: 3|")]
    [InlineData("match cookie set \"c\" value \"v\"", "X-A: 1|B: 2|x-a: 3|Cookie: c=v;|")]
    public void A_field_is_added_set_or_removed(string rules, string fields)
        => Assert.Equal(fields, new Ruled(rules).Get("/", "X-A: 1", "B: 2", "x-a: 3").Fields);

    [Theory]
    [InlineData("match header set \"Content-Length\" value \"3\"")]
    [InlineData("match header append \"Transfer-Encoding\" value \"chunked\"")]
    [InlineData("match header remove \"Content-Length\"")]
    [InlineData("match header remove \"*\"")]
    [InlineData("match header set \"Upgrade\" value \"websocket\"")]
    public void What_frames_a_message_is_not_touched(string rules)
        => Assert.Equal("Content-Length: 0|", new Ruled(rules).Get("/", "Content-Length: 0", "Host: www.example.org").Fields);

    [Fact]
    public void A_request_keeps_one_host()
        => Assert.Equal("Host: b|", new Ruled("match header append \"Host\" value \"b\"\nmatch header remove \"Host\"").Get("/").Fields);

    [Theory]
    [InlineData("match header set \"Connection\" value \"close\"", true)]
    [InlineData("match header append \"connection\" value \"Close\"", true)]
    [InlineData("match header set \"Connection\" value \"keep-alive\"", false)]
    public void A_rule_can_ask_for_the_end_of_the_connection(string rules, bool mustClose)
    {
        Ruled ruled = new Ruled(rules).Get("/");
        Assert.Equal((mustClose, ""), (ruled.Subject.MustClose, ruled.Fields));
    }

    [Fact]
    public void A_whole_cookie_field_is_removed_and_others_are_added()
        => Assert.Equal(
            "Cookie: d=3|Cookie: new=v;|",
            new Ruled("match cookie remove \"b\"\nmatch cookie append \"new\" value \"v\"").Get("/", "Cookie: a=1; b=2", "Cookie: d=3").Fields);

    [Theory]
    [InlineData("match cookie remove \"c\"", "Cookie: a=1|")]
    [InlineData("match cookie remove \"c\" value \"2\"", "Cookie: a=1|Cookie: c=1|")]
    [InlineData("match cookie remove \"a\"", "cookie: d=1; c=2|Cookie: c=1|")]
    [InlineData("match header \"X\" cookie remove \"d\"", "Cookie: a=1|cookie: d=1; c=2|Cookie: c=1|")]
    public void A_cookie_is_removed_from_each_field_that_has_it(string rules, string fields)
        => Assert.Equal(fields, new Ruled(rules).Get("/", "Cookie: a=1", "cookie: d=1; c=2", "Cookie: c=1").Fields);

    [Theory]
    [InlineData("a=1; role=admin; b=2", "a=1; b=2|Cookie: role=user;|")]
    [InlineData("role=admin; a=1", "a=1|Cookie: role=user;|")]
    [InlineData("a=1;\t ROLE =admin", "a=1|Cookie: role=user;|")]
    [InlineData("role=admin; role=root; role", "role=user;|")]
    [InlineData("role=admin;", "role=user;|")]
    [InlineData(" xrole=1; rolex=2;", "xrole=1; rolex=2;|Cookie: role=user;|")]
    public void A_cookie_that_is_set_is_the_only_one_of_its_name(string sent, string fields)
        => Assert.Equal("Cookie: " + fields, new Ruled("match cookie set \"role\" value \"user\"").Get("/", "Cookie: " + sent).Fields);

    [Fact]
    public void A_cookie_that_is_set_is_taken_out_of_each_field()
        => Assert.Equal(
            "Cookie: a=1|X: y|cookie: b=2|Cookie: c=new;|",
            new Ruled("match cookie set \"c\" value \"new\"").Get("/", "Cookie: a=1; c=1", "X: y", "Cookie: C=2", "cookie: c=3; b=2").Fields);

    [Fact]
    public void A_cookie_of_an_answer_that_is_set_takes_the_place_of_those_with_its_name()
        => Assert.Equal(
            "Set-Cookie: b=1; c=2|Set-Cookie: c=new;|",
            new Ruled("match response cookie set \"c\" value \"new\"").Respond("Set-Cookie: C=old; Path=/", "Set-Cookie: b=1; c=2").Fields);

    [Fact]
    public void Answers_have_Set_Cookie()
        => Assert.Equal(
            "Set-Cookie: test=c|",
            new Ruled("match response header set \"Set-Cookie\" value \"test=c\"\nmatch response cookie \"none\" tag A").Respond("Set-Cookie: test=a;", "Set-Cookie: test=b;").Fields);

    [Fact]
    public void A_cookie_of_an_answer_is_set()
        => Assert.Equal("Set-Cookie: a=b; Path=/|Set-Cookie: c=d;|", new Ruled("match response cookie append \"c\" value \"d\" cookie \"A\"\nmatch response cookie append \"c\" value \"d\"").Respond("Set-Cookie: a=b; Path=/").Fields);

    [Fact]
    public void Control_bytes_of_the_configuration_end_no_field()
        => Assert.Equal("A: b X: y|", new Ruled("match header set \"A\" value \"b\u0001X: y\"").Get("/").Fields);

    [Fact]
    public void What_is_hashed_is_the_same_for_the_same_value_and_depends_on_it()
    {
        Ruled ruled = new("match header hash \"X\"\nmatch cookie hash \"c\"\nmatch query hash \"q\"\nmatch path hash \"/p\"");
        ulong? one = ruled.Get("/", "X: 1").Subject.Hashed;
        Assert.Equal(one, ruled.Get("/", "X: 1").Subject.Hashed);
        Assert.NotEqual(one, ruled.Get("/", "X: 2").Subject.Hashed);
        Assert.NotEqual(one, ruled.Get("/?q=1", "X: 1").Subject.Hashed);
        Assert.NotNull(ruled.Get("/p").Subject.Hashed);
        Assert.NotNull(ruled.Get("/", "Cookie: c=1").Subject.Hashed);
        Assert.Null(ruled.Get("/").Subject.Hashed);
    }
}
