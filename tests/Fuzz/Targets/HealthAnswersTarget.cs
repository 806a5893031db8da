using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

using Sluice.Http.Text;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Health.Answers;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// What a checked host answers: a pattern on the first line, the lengths of two reads on the second, the answer behind. The oracle looks at the whole
/// answer at once, as a C program would: up to its NUL, with the matcher of the rules and the digests of the runtime.
/// </summary>
internal sealed class HealthAnswersTarget : FuzzTarget
{
    private static readonly string[] _pieces =
        ["HTTP/1.1 200 OK", "HTTP/1.0 ", "HTTP/1.1 404", "\r\n", "\r\n\r\n", "\n\n", "\r", "\n", "\0", "a", "b", "ab", "ba", "hello", "200", "2", " ", "x"];

    private static readonly string[] _patternPieces = ["*", "*", "?", "a", "b", "[ab]", "[!a]", "[", "]", "\\", "ab", "HTTP/1.1", "\r", " ", "200", "x"];

    private readonly Func<AnswerReader, byte[][], CheckOutcome> _judge;

    public HealthAnswersTarget()
        : this(Judge)
    {
    }

    private HealthAnswersTarget(Func<AnswerReader, byte[][], CheckOutcome> judge)
    {
        _judge = judge;
    }

    public override string Name => "health-answers";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("forgets what came with an earlier read", new HealthAnswersTarget(static (reader, parts) => Judge(reader, [parts[^1]]))),
        new("reads on behind a NUL", new HealthAnswersTarget(static (reader, parts) =>
            Judge(reader, [.. parts.Select(part => part.Where(value => value != 0).ToArray())]))),
        new("takes any version of HTTP", new HealthAnswersTarget(static (reader, parts) =>
            Judge(reader, [[.. Encoding.Latin1.GetBytes(Encoding.Latin1.GetString([.. parts.SelectMany(part => part)]).Replace("HTTP/2", "HTTP/1", StringComparison.Ordinal).Replace("HTTP/1.2", "HTTP/1.1", StringComparison.Ordinal))]]))),
    ];

    public override byte[] Generate(Random random)
    {
        StringBuilder text = new();
        for (int i = random.Next(6); i >= 0; i--)
        {
            text.Append(_patternPieces[random.Next(_patternPieces.Length)]);
        }

        text.Append('\n').Append(CultureInfo.InvariantCulture, $"{random.Next(20)} {random.Next(20)}\n");
        text.Append(random.Next(4) switch { 0 => "", 1 => "HTTP/1.2 200 OK\r\n", _ => "HTTP/1.1 200 OK\r\n" });
        for (int i = random.Next(8); i > 0; i--)
        {
            text.Append(_pieces[random.Next(_pieces.Length)]);
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string[] lines = Encoding.Latin1.GetString(input).Split('\n', 3);
        if (lines.Length < 3 || lines[0].Length > 255 || lines[1].Split(' ') is not [string one, string two]
            || !int.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            || !int.TryParse(two, NumberStyles.None, CultureInfo.InvariantCulture, out int second))
        {
            return null;
        }

        byte[] pattern = Encoding.Latin1.GetBytes(lines[0]);
        byte[] answer = Encoding.Latin1.GetBytes(lines[2]);
        byte[][] parts = Cut(answer, first, second);
        byte[] text = [.. answer.TakeWhile(static value => value != 0)];
        using DigestReader digest = new(new Digest(Sha1Of("hello"u8)));
        return Compare("status", new StatusReader(200), parts, Status(answer))
            ?? Compare("digest", digest, parts, Digest(text))
            ?? Compare("pattern", new GlobReader(pattern), parts, Matches(pattern, parts));
    }

    private static CheckOutcome Judge(AnswerReader reader, byte[][] parts)
    {
        reader.Begin();
        _ = parts.Any(part => part.Length > 0 && reader.Take(part));
        return reader.Judge();
    }

    private static byte[][] Cut(byte[] answer, int first, int second)
    {
        int one = int.Min(first, answer.Length);
        int two = int.Min(one + int.Min(second, answer.Length), answer.Length);
        return [answer[..one], answer[one..two], answer[two..]];
    }

    private static CheckResult Status(byte[] answer)
    {
        string text = Encoding.Latin1.GetString(answer);
        bool isAnswer = text.Length >= 12 && (text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || text.StartsWith("HTTP/1.0 ", StringComparison.Ordinal));
        return !isAnswer || !text[9..12].All(char.IsAsciiDigit) || text[9] == '0' ? CheckResult.HttpCodeMalformed
            : text[9..12] == "200" ? CheckResult.HttpCodeOk : CheckResult.HttpCodeMismatch;
    }

    private static CheckResult Digest(byte[] text)
    {
        int end = text.AsSpan().IndexOf("\r\n\r\n"u8);
        return end < 0 ? CheckResult.HttpDigestMalformed
            : Sha1Of(text.AsSpan(end + 4)) == Sha1Of("hello"u8) ? CheckResult.HttpDigestOk : CheckResult.HttpDigestMismatch;
    }

    // After each read all that has come, up to its NUL; once it matches the check is over.
    private static CheckResult Matches(byte[] pattern, byte[][] parts)
    {
        byte[] come = [];
        bool isMatch = Glob.IsMatch(pattern, come, LetterCase.Matters) && parts.All(static part => part.Length == 0);
        foreach (byte[] part in parts.Where(static part => part.Length > 0))
        {
            come = [.. come, .. part];
            isMatch |= Glob.IsMatch(pattern, come.TakeWhile(static value => value != 0).ToArray(), LetterCase.Matters);
        }

        return isMatch ? CheckResult.SendExpectOk : CheckResult.SendExpectFailed;
    }

#pragma warning disable CA5350 // It is what hosts are compared by.
    private static string Sha1Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA1.HashData(content));
#pragma warning restore CA5350

    private string? Compare(string what, AnswerReader reader, byte[][] parts, CheckResult right)
    {
        CheckResult judged = _judge(reader, parts).Result;
        return judged == right ? null : $"the {what} is {right}, and was judged {judged}";
    }
}
