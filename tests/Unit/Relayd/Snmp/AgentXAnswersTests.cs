using System;

using Sluice.Relayd.Snmp;

using Xunit;

namespace Sluice.Unit.Relayd.Snmp;

/// <summary>The bytes are those of RFC 2741, 5 and 6, written by hand.</summary>
public sealed class AgentXAnswersTests
{
    private const string Numbers = "00000001 00000002 00000003 ";

    private static readonly AgentXAnswers _answers = new(new Mib(
        new ObjectId(1, 3, 6, 1, 9),
        [new MibTable(2, static () => [new MibRow(new ObjectId(4), [ObjectValue.Text("abcde"), ObjectValue.Counter(0x100000002)]), new MibRow(new ObjectId(6), [ObjectValue.Text(""), ObjectValue.Gauge(7)])])]));

    [Theory]

    // Get 1.3.6.1.9.1.1.1.4, in both orders of bytes and with the prefix that stands for 1.3.6.1.9.
    [InlineData("01051000 " + Numbers + "00000018 " + "04090000 00000001 00000001 00000001 00000004 00000000", "01121000 " + Numbers + "00000040 00000000 00000000 00040000 09000000 00000001 00000003 00000006 00000001 00000009 00000001 00000001 00000001 00000004 00000005 61626364 65000000")]
    [InlineData("01050000 01000000 02000000 03000000 18000000 " + "04090000 01000000 01000000 02000000 06000000 00000000", "01121000 " + Numbers + "00000038 00000000 00000000 00420000 09000000 00000001 00000003 00000006 00000001 00000009 00000001 00000001 00000002 00000006 00000007")]

    // One that is not there; the next one, behind a context; a set; a message of which a part is missing.
    [InlineData("01051000 " + Numbers + "0000000c " + "01090000 00000001 00000000", "01121000 " + Numbers + "00000028 00000000 00000000 00800000 06000000 00000001 00000003 00000006 00000001 00000009 00000001")]
    [InlineData("01061800 " + Numbers + "0000001c " + "00000001 63000000 04090000 00000001 00000001 00000002 00000004 00000000", "01121000 " + Numbers + "00000038 00000000 00000000 00420000 09000000 00000001 00000003 00000006 00000001 00000009 00000001 00000001 00000002 00000006 00000007")]
    [InlineData("01081000 " + Numbers + "00000000", "01121000 " + Numbers + "00000008 00000000 00110001")]
    [InlineData("01051000 " + Numbers + "00000008 " + "04090000 00000001", "01121000 " + Numbers + "00000008 00000000 010a0000")]
    public void A_request_has_its_answer(string request, string answer) =>
        Assert.Equal(answer.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(Answer(request)!));

    [Fact]
    public void Many_are_asked_for_at_once_and_the_end_is_said()
    {
        // One single object, then the next four behind 1.3.6.1.9: one is none any more.
        byte[] answer = Answer("01071000 " + Numbers + "00000014 " + "00010005 00090000 00000000 00090000 00000000")!;

        Assert.Equal(0x0000_0000_0000_0000U, BitConverter.ToUInt64(answer, 20));
        Assert.Equal(1 + 5, Count(answer));
    }

    [Theory]
    [InlineData("01121000 " + Numbers + "00000000")]
    [InlineData("010b1000 " + Numbers + "00000000")]
    public void What_is_no_question_has_no_answer(string message) => Assert.Null(Answer(message));

    private static byte[]? Answer(string request) => _answers.To(Convert.FromHexString(request.Replace(" ", "", StringComparison.Ordinal)));

    // All names have eight numbers or, where nothing follows, five.
    private static int Count(byte[] answer) => Convert.ToHexStringLower(answer.AsSpan(28)).Split("000000010000000300000006000000010000000").Length - 1;
}
