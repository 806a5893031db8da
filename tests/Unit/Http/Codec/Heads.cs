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
        string text = $"GET / HTTP/1.1\r\nHost: test\r\n{string.Concat(System.Linq.Enumerable.Select(fields, field => field + "\r\n"))}\r\n";
        return Parse(text, HeadLimits.Httpd);
    }

    /// <summary>The head of a request that is whole and in order.</summary>
    public static RequestHead Parse(string text, HeadLimits limits)
    {
        RequestHead head = new();
        Assert.Equal(ParseStatus.Complete, RequestParser.Parse(Encoding.Latin1.GetBytes(text), head, limits));
        return head;
    }

    /// <summary>The head of a response that is whole and in order.</summary>
    public static ResponseHead Response(string text, HeadLimits limits)
    {
        ResponseHead head = new();
        Assert.Equal(ParseStatus.Complete, ResponseParser.Parse(Encoding.Latin1.GetBytes(text), head, limits));
        return head;
    }
}
