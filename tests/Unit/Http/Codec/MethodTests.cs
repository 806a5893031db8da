using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class MethodTests
{
    private const string Known =
        "GET HEAD POST PUT DELETE OPTIONS TRACE CONNECT PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK VERSION-CONTROL REPORT CHECKOUT CHECKIN "
        + "UNCHECKOUT MKWORKSPACE UPDATE LABEL MERGE BASELINE-CONTROL MKACTIVITY ORDERPATCH ACL MKREDIRECTREF UPDATEREDIRECTREF SEARCH PATCH";

    [Fact]
    public void Every_method_of_the_list_is_known() =>
        Assert.All(Known.Split(' '), static text => Assert.NotEqual(Method.Unknown, Of(text)));

    [Theory]
    [InlineData("GET", Method.Get)]
    [InlineData("HEAD", Method.Head)]
    [InlineData("OPTIONS", Method.Options)]
    [InlineData("TRACE", Method.Trace)]
    [InlineData("CONNECT", Method.Connect)]
    [InlineData("PROPFIND", Method.Dav)]
    [InlineData("SEARCH", Method.Dav)]
    public void What_is_treated_differently_is_told_apart(string text, Method method) => Assert.Equal(method, Of(text));

    [Fact]
    public void Methods_have_case() =>
        Assert.All(Known.Split(' '), static text => Assert.Equal(Method.Unknown, Of(text.ToLowerInvariant())));

    [Theory]
    [InlineData("")]
    [InlineData("GETS")]
    [InlineData("GE")]
    [InlineData("PRI")]
    [InlineData("<UNKNOWN>")]
    public void What_is_not_in_it_is_not(string text) => Assert.Equal(Method.Unknown, Of(text));

    private static Method Of(string text) => Methods.Of(Encoding.ASCII.GetBytes(text));
}
