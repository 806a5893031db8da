using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

/// <summary>Heads as tests need them.</summary>
internal static class Heads
{
    /// <summary>The head of a GET with these fields, a line each.</summary>
    public static RequestHead With(params string[] fields)
    {
        RequestHead head = new();
        string text = $"GET / HTTP/1.1\r\nHost: test\r\n{string.Concat(System.Linq.Enumerable.Select(fields, field => field + "\r\n"))}\r\n";
        Assert.Equal(ParseStatus.Complete, RequestParser.Parse(Encoding.Latin1.GetBytes(text), head, new HeadLimits()));
        return head;
    }
}
