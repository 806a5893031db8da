using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Relayd.Dns;

namespace Sluice.Fuzz.Targets;

/// <summary>What a relay reads of a message of the DNS, against a reader that takes names apart label by label, and with more bytes behind it than belong to it; and which messages answer
/// which, against a comparison of texts.</summary>
internal sealed class DnsMessageTarget : FuzzTarget
{
    private const string Rejected = "no";

    private readonly MessageText _read;
    private readonly QuestionComparison _isSame;

    public DnsMessageTarget()
        : this(Read, DnsMessage.IsSameQuestion)
    {
    }

    private DnsMessageTarget(MessageText read, QuestionComparison isSame)
    {
        _read = read;
        _isSame = isSame;
    }

    private delegate string MessageText(ReadOnlySpan<byte> datagram);

    private delegate bool QuestionComparison(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other);

    public override string Name => "dns-message";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("reads the first of two questions", new DnsMessageTarget(
            static datagram =>
            {
                byte[] copy = datagram.ToArray();
                bool isTwo = copy.Length > 5 && copy[4] == 0 && copy[5] == 2;
                copy[isTwo ? 5 : 0] ^= (byte)(isTwo ? 3 : 0);
                return Read(copy);
            },
            DnsMessage.IsSameQuestion)),
        new("does without a class", new DnsMessageTarget(static datagram => Read([.. datagram, 0, 0]), DnsMessage.IsSameQuestion)),
        new("folds the case of types too", new DnsMessageTarget(Read, static (one, other) => Folded(one) == Folded(other))),
        new("takes brackets for letters", new DnsMessageTarget(Read, static (one, other) =>
            DnsMessage.IsSameQuestion([.. one.ToArray().Select(static each => each is (byte)'{' ? (byte)'[' : each)], other))),
    ];

    public override byte[] Generate(Random random)
    {
        List<byte> message = [.. Enumerable.Range(0, 4).Select(_ => (byte)random.Next(256)), 0, (byte)random.Next(3), 0, 0, 0, 0, 0, 0];
        for (int left = random.Next(random.Next(8) == 0 ? 20 : 5); left > 0; left--)
        {
            int length = random.Next(random.Next(6) == 0 ? 70 : 8);
            message.Add((byte)length);
            message.AddRange(Enumerable.Range(0, length).Select(_ => (byte)"aAzZ[{@`1\u00c0"[random.Next(10)]));
        }

        message.AddRange([0, 0, (byte)"aA\u0001"[random.Next(3)], 0, 1]);
        byte[] bytes = [.. message, .. Enumerable.Range(0, random.Next(4)).Select(_ => (byte)random.Next(256))];
        if (random.Next(4) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes[..(random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length)];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string read = _read(input);
        string expected = Reference(input);
        if (read != expected)
        {
            return $"it is read as {read}, and is {expected}";
        }

        if (read == Rejected || !DnsMessage.TryRead(input, out DnsMessage message))
        {
            return null;
        }

        // Longer by anything it is the same; shorter by a byte of its question it is none.
        int end = DnsMessage.HeaderLength + message.Question.Length;
        if (_read([.. input, 0xff]) != read || (end > DnsMessage.HeaderLength && _read(input[..(end - 1)]) != Rejected))
        {
            return "where it ends is not where its question ends";
        }

        return CheckQuestion(message.Question);
    }

    private string? CheckQuestion(ReadOnlySpan<byte> question)
    {
        for (int i = 0; i < question.Length; i++)
        {
            byte[] other = question.ToArray();
            other[i] ^= 0x20;
            bool isLetter = i < question.Length - 4 && char.IsAsciiLetter((char)question[i]);
            if (_isSame(question, other) != isLetter)
            {
                return $"with another byte at {i} it is {(isLetter ? "another" : "the same")} question";
            }
        }

        return _isSame(question, question) ? null : "a question is not the same as itself";
    }

    private static string Read(ReadOnlySpan<byte> datagram) => DnsMessage.TryRead(datagram, out DnsMessage message)
        ? $"{message.Id} {(message.IsResponse ? "answer" : "query")} {message.Opcode} {(int)message.ResponseCode} {Convert.ToHexString(message.Question)}"
        : Rejected;

    // RFC 1035 4.1, by what stands there.
    private static string Reference(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < 12 || (datagram[4] << 8) + datagram[5] > 1)
        {
            return Rejected;
        }

        string head = $"{(datagram[0] << 8) + datagram[1]} {((datagram[2] & 0x80) != 0 ? "answer" : "query")} {(datagram[2] & 0x78) >> 3} {datagram[3] & 15} ";
        if (datagram[5] == 0)
        {
            return head;
        }

        Queue<byte> rest = new(datagram[12..].ToArray());
        List<byte> name = [];
        while (rest.TryDequeue(out byte length) && (length & 0xc0) == 0 && rest.Count >= length)
        {
            name.Add(length);
            for (int i = 0; i < length; i++)
            {
                name.Add(rest.Dequeue());
            }

            if (length == 0)
            {
                return name.Count <= 255 && rest.Count >= 4 ? head + Convert.ToHexString([.. name, .. rest.Take(4)]) : Rejected;
            }
        }

        return Rejected;
    }

    private static string Folded(ReadOnlySpan<byte> question) => Encoding.Latin1.GetString([.. question.ToArray().Select(static each =>
        each is >= (byte)'A' and <= (byte)'Z' ? (byte)(each + 32) : each)]);
}
