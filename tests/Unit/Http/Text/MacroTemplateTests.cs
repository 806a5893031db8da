using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Http.Text;

using Xunit;

namespace Sluice.Unit.Http.Text;

public sealed class MacroTemplateTests
{
    [Theory]
    [InlineData("/plain", "/plain")]
    [InlineData("$DOCUMENT_URI", "/a%20b")]
    [InlineData("$REQUEST_URI", "/a%20b?q=1&<$HTTP_HOST%1>")]
    [InlineData("x$QUERY_STRING", "xq=1&<$HTTP_HOST%1>")]
    [InlineData("x$QUERY_STRING_ENC", "xq=1%26%3C$HTTP_HOST%251>")]
    [InlineData("$HTTP_HOST.", "h:80.")]
    [InlineData("$SERVER_NAMES", "*.%3F.exampleS")]
    [InlineData("$REMOTE_ADDR:$REMOTE_PORT", "RemoteAddress:RemotePort")]
    [InlineData("$REQUEST_SCHEME://$SERVER_ADDR:$SERVER_PORT", "RequestScheme://ServerAddress:ServerPort")]
    [InlineData("[$REMOTE_USER]", "[RemoteUser]")]
    [InlineData("$ $A $HTTP %", "$ $A $HTTP %")]
    [InlineData("%1-%0-%20", "%1-%0-%20")]
    public void Macros_are_replaced_and_what_is_put_in_is_not_looked_at_again(string template, string result) =>
        Assert.Equal((MacroStatus.Done, result), Expand(template, new Values()));

    [Theory]
    [InlineData("$RESPONSE_CODE $RESPONSE_URI", "ResponseCode ResponseUri")]
    [InlineData("$REQUEST_METHOD $REQUEST_SCHEME", "RequestMethod RequestScheme")]
    [InlineData("$HTTP_REFERRER|$HTTP_USER_AGENT|$HTTP_HOST", "a%20%22r%22|a%0Ab|h:80")]
    [InlineData("1\r\n$HTTP_USER_AGENT\n", "1\r\na%0Ab\n")]
    public void A_template_of_an_answer_knows_what_was_answered(string template, string result)
    {
        byte[] destination = new byte[1024];
        MacroTemplate answer = MacroTemplate.Parse(Encoding.Latin1.GetBytes(template), MacroSet.Answer);

        Assert.Equal(MacroStatus.Done, answer.Expand(new Values(), destination, out int written));
        Assert.Equal(result, Encoding.Latin1.GetString(destination, 0, written));
    }

    [Theory]
    [InlineData("$HTTP_REFERRER$HTTP_USER_AGENT$REQUEST_METHOD$RESPONSE_CODE$RESPONSE_URI")]
    public void A_template_of_a_request_does_not(string template) =>
        Assert.Equal((MacroStatus.Done, template), Expand(template, new Values()));

    [Theory]
    [InlineData("/%1/%2", "/b/c%20d")]
    [InlineData("%0", "a:b:c%20d")]
    [InlineData("%001", "b")]
    public void Captures_are_replaced(string template, string result) =>
        Assert.Equal((MacroStatus.Done, result), Expand(template, Values.OfMatch("a:b:c d", "a:(.*):(.*)")));

    [Fact]
    public void Without_captures_in_the_pattern_the_first_is_what_matched() =>
        Assert.Equal((MacroStatus.Done, "b"), Expand("%1", Values.OfMatch("abc", "b")));

    [Theory]
    [InlineData("%3")]
    [InlineData("/a%20b")]
    [InlineData("%99999999999999999999")]
    public void A_number_beyond_the_last_capture_fails(string template) =>
        Assert.Equal(MacroStatus.NoSuchCapture, Expand(template, Values.OfMatch("a:b:c", "a:(.*):(.*)")).Status);

    [Fact]
    public void No_control_byte_comes_out() =>
        Assert.Equal(
            (MacroStatus.Done, "%0D%0A%7F\u00ff%00|%0Ax|\u0080%0D"),
            Expand("\r\n\u007f\u00ff\0|%1|$QUERY_STRING", Values.OfMatch("\nx", ".*", [0x80, 0x0d])));

    [Theory]
    [InlineData("12345678", MacroStatus.Done)]
    [InlineData("123456789", MacroStatus.TooLong)]
    [InlineData("12345\n", MacroStatus.Done)]
    [InlineData("123456\n", MacroStatus.TooLong)]
    [InlineData("12345678%1", MacroStatus.TooLong)]
    public void What_does_not_fit_fails(string template, MacroStatus status)
    {
        Assert.Equal(status, MacroTemplate.Parse(Encoding.Latin1.GetBytes(template)).Expand(new Values(), new byte[8], out int written));
        Assert.InRange(written, 0, 8);
    }

    [Fact]
    public void Filling_a_template_allocates_nothing()
    {
        MacroTemplate template = MacroTemplate.Parse("https://$HTTP_HOST$REQUEST_URI"u8);
        Values values = new();
        byte[] destination = new byte[256];
        template.Expand(values, destination, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        template.Expand(values, destination, out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static (MacroStatus Status, string Text) Expand(string template, Values values)
    {
        byte[] destination = new byte[1024];
        MacroStatus status = MacroTemplate.Parse(Encoding.Latin1.GetBytes(template)).Expand(values, destination, out int written);
        return (status, Encoding.Latin1.GetString(destination, 0, written));
    }

    private sealed class Values : MacroValues
    {
        private static readonly Dictionary<Macro, byte[]> _names = [];
        private readonly LuaCaptures _captures = new();
        private byte[] _subject = [];
        private byte[] _query = [.. "q=1&<$HTTP_HOST%1>"u8];

        static Values()
        {
            foreach (Macro macro in Enum.GetValues<Macro>())
            {
                _names.Add(macro, Encoding.Latin1.GetBytes(macro.ToString()));
            }

            _names[Macro.DocumentUri] = [.. "/a b"u8];
            _names[Macro.HttpHost] = [.. "h:80"u8];
            _names[Macro.ServerName] = [.. "*.?.example"u8];
            _names[Macro.Referrer] = [.. "a \"r\""u8];
            _names[Macro.UserAgent] = [.. "a\nb"u8];
        }

        public override LuaCaptures Captures => _captures;

        public override ReadOnlySpan<byte> CaptureSubject => _subject;

        public override bool HasQuery => true;

        public static Values OfMatch(string subject, string pattern, params byte[] query)
        {
            Values values = new() { _subject = Encoding.Latin1.GetBytes(subject), _query = query };
            Assert.True(new LuaPattern(Encoding.Latin1.GetBytes(pattern)).Match(values._subject, values._captures).IsMatch);
            return values;
        }

        public override ReadOnlySpan<byte> Of(Macro macro) =>
            macro == Macro.QueryString ? _query : _names[macro];
    }
}
