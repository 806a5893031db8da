using System.Text;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Rules;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Rules;

public sealed class ClaimedFieldsTests
{
    private const string Rules = """
        match request header set "X-User" value "nobody"
        match request header append "X-Via" value "relay"
        match request header remove "X-Secret"
        match request header remove "X-Glob-*"
        match request header log "X-Logged"
        match request cookie remove "X-Cookie"
        match response header remove "X-Powered-By"
        """;

    [Theory]
    [InlineData("X-User", false)]
    [InlineData("x-uSER", false)]
    [InlineData("X-Via", false)]
    [InlineData("X-Secret", false)]
    [InlineData("X-Glob-A", false)]
    [InlineData("x-glob-b", false)]
    [InlineData("X-Own", false)]
    [InlineData("X-Users", true)]
    [InlineData("X-Logged", true)]
    [InlineData("X-Cookie", true)]
    [InlineData("X-Powered-By", true)]
    public void What_rules_of_requests_write_or_take_away_is_theirs(string name, bool maySend) =>
        Assert.Equal(maySend, new ClaimedFields(Loaded.GoodProtocol(Rules), Direction.Request, Encoding.ASCII.GetBytes("X-Own")).MaySend(Encoding.ASCII.GetBytes(name)));

    [Theory]
    [InlineData("X-Powered-By", false)]
    [InlineData("X-User", true)]
    [InlineData("X-Own", true)]
    public void What_rules_of_responses_write_or_take_away_is_theirs(string name, bool maySend) =>
        Assert.Equal(maySend, new ClaimedFields(Loaded.GoodProtocol(Rules), Direction.Response, own: null).MaySend(Encoding.ASCII.GetBytes(name)));

    [Fact]
    public void Each_key_of_a_list_counts()
    {
        ClaimedFields fields = new(Loaded.GoodProtocol("match request header remove \"X-A\"\nmatch request header remove \"X-B\"\nmatch request header remove \"X-C\""), Direction.Request, own: null);

        Assert.Equal((false, false, false, true), (fields.MaySend("X-A"u8), fields.MaySend("X-B"u8), fields.MaySend("X-C"u8), fields.MaySend("X-D"u8)));
    }

    [Fact]
    public void Without_rules_all_may_come() => Assert.True(new ClaimedFields(Loaded.GoodProtocol("tcp nodelay"), Direction.Request, own: null).MaySend("X-A"u8));
}
