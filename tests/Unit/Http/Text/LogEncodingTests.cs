using System;
using System.Text;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Http.Text;

using Xunit;

namespace Sluice.Unit.Http.Text;

public sealed class LogEncodingTests
{
    [Theory]
    [InlineData("a\tb\nc\rd\u0001e\u007ff\u00c3\u00a9g\u00a0h\"i \\j", LogPlace.Line, @"a\tb\nc\rd\^Ae\^?f\M-C\M-)g\240h""i \\j")]
    [InlineData("\0\u001b\u0080\u00ff\0" + "7", LogPlace.Line, @"\0\^[\M^@\M^?\0007")]
    [InlineData("\a\b\v\f", LogPlace.Line, @"\a\b\v\f")]
    [InlineData("a\"b c", LogPlace.Quoted, @"a\""b c")]
    [InlineData("a\"b c", LogPlace.Field, @"a\""b\sc")]
    [InlineData("\u001c\"\u009c\u00dc\u00a2", LogPlace.Quoted, @"\034\""\234\334\242")]
    public void Bytes_are_written_in_the_style_of_c(string text, LogPlace place, string expected) => Assert.Equal(expected, Encoded(text, place));

    [Fact]
    public void Nothing_forges_a_line_a_field_or_a_quote() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            string text = Encoded(Encoding.Latin1.GetString(bytes), LogPlace.Field);
            string unescaped = text.Replace("\\\\", "", StringComparison.Ordinal).Replace("\\\"", "", StringComparison.Ordinal);
            return !unescaped.Contains('"', StringComparison.Ordinal)
                && !unescaped.AsSpan().ContainsAnyExceptInRange('!', '~');
        }).QuickCheckThrowOnFailure();

    private static string Encoded(string text, LogPlace place)
    {
        byte[] encoded = new byte[text.Length * LogEncoding.MostBytesPerByte];
        return Encoding.Latin1.GetString(encoded, 0, LogEncoding.Encode(Encoding.Latin1.GetBytes(text), encoded, place));
    }
}
