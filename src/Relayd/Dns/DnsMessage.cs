using System;
using System.Buffers.Binary;
using System.Text;

namespace Sluice.Relayd.Dns;

/// <summary>What a relay reads of a message of the DNS (RFC 1035 4.1): its header and its question. The rest passes as it is.</summary>
internal readonly ref struct DnsMessage
{
    /// <summary>Bytes of a header.</summary>
    public const int HeaderLength = 12;

    /// <summary>Bytes of the longest question: a name (RFC 1035 2.3.4), type and class.</summary>
    public const int LongestQuestion = LongestName + TypeAndClassLength;

    private const int LongestName = 255;
    private const int LongestLabel = 63;
    private const int TypeAndClassLength = 4;
    private const int FlagsOffset = 2;
    private const int QuestionsOffset = 4;

    private readonly ushort _flags;

    private DnsMessage(ushort id, ushort flags, ReadOnlySpan<byte> question)
    {
        Id = id;
        _flags = flags;
        Question = question;
    }

    /// <summary>By which an answer finds its query.</summary>
    public ushort Id { get; }

    /// <summary>Name, type and class of what is asked; empty where nothing is, as with cookies alone (RFC 7873 5.4), and in the refusals of some servers.</summary>
    public ReadOnlySpan<byte> Question { get; }

    /// <summary>Whether it says that it is an answer.</summary>
    public bool IsResponse => _flags >> 15 == 1;

    /// <summary>What it is about: 0 for a query.</summary>
    public int Opcode => (_flags >> 11) & 0xf;

    /// <summary>How it went.</summary>
    public DnsResponseCode ResponseCode => (DnsResponseCode)(_flags & 0xf);

    /// <summary>Reads a datagram. False where it has no header, more than one question (RFC 9619), or one that does not end in it or is written otherwise than in full: the first name of a
    /// message has no other to refer to.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out DnsMessage message)
    {
        message = default;
        if (datagram.Length < HeaderLength)
        {
            return false;
        }

        int questions = BinaryPrimitives.ReadUInt16BigEndian(datagram[QuestionsOffset..]);
        int length = questions == 0 ? 0 : QuestionLength(datagram[HeaderLength..]);
        if (questions > 1 || length < 0)
        {
            return false;
        }

        message = new DnsMessage(
            BinaryPrimitives.ReadUInt16BigEndian(datagram), BinaryPrimitives.ReadUInt16BigEndian(datagram[FlagsOffset..]), datagram.Slice(HeaderLength, length));
        return true;
    }

    /// <summary>Gives a message another number.</summary>
    /// <param name="datagram">One that was read.</param>
    /// <param name="id">The number.</param>
    public static void WriteId(Span<byte> datagram, ushort id) => BinaryPrimitives.WriteUInt16BigEndian(datagram, id);

    /// <summary>The question for the authority of a name (SOA, RFC 1035 3.3.13), which each server can say something about.</summary>
    /// <param name="name">Its labels with dots between them, and perhaps behind them; a dot alone for the root.</param>
    /// <returns>Null where there is no such name.</returns>
    public static byte[]? QuestionFor(string name)
    {
        byte[] question = new byte[LongestQuestion];
        int next = 0;
        string[] labels = name is "." ? [] : (name.EndsWith('.') ? name[..^1] : name).Split('.');
        foreach (string label in labels)
        {
            if (label.Length is 0 or > LongestLabel || next + 1 + label.Length + 1 > LongestName || !Ascii.IsValid(label))
            {
                return null;
            }

            question[next] = (byte)label.Length;
            next += 1 + Encoding.ASCII.GetBytes(label, question.AsSpan(next + 1));
        }

        // The root ends each name; type 6, class IN.
        ReadOnlySpan<byte> end = [0, 0, 6, 0, 1];
        end.CopyTo(question.AsSpan(next));
        return question[..(next + end.Length)];
    }

    /// <summary>Writes a query that wants recursion.</summary>
    /// <param name="destination">Room for header and question.</param>
    /// <param name="id">By which the answer finds it.</param>
    /// <param name="question">As <see cref="QuestionFor"/> makes it.</param>
    /// <returns>How many bytes were written.</returns>
    public static int WriteQuery(Span<byte> destination, ushort id, ReadOnlySpan<byte> question)
    {
        destination[..HeaderLength].Clear();
        WriteId(destination, id);
        destination[FlagsOffset] = 1;
        destination[QuestionsOffset + 1] = 1;
        question.CopyTo(destination[HeaderLength..]);
        return HeaderLength + question.Length;
    }

    /// <summary>Whether this can be the answer to a message of its number: it says that it is one, and repeats the question. A server that refuses may leave the question out; what it says
    /// then is that it has no answer.</summary>
    /// <param name="opcode">What the other is about.</param>
    /// <param name="question">The other's question.</param>
    public bool Answers(int opcode, ReadOnlySpan<byte> question)
    {
        bool isBareRefusal = Question.IsEmpty && ResponseCode is not (DnsResponseCode.NoError or DnsResponseCode.NameError);
        return IsResponse && Opcode == opcode && (isBareRefusal || IsSameQuestion(Question, question));
    }

    /// <summary>Whether two questions are the same, whatever the case of letters in their names (RFC 4343).</summary>
    public static bool IsSameQuestion(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.SequenceEqual(other))
        {
            return true;
        }

        if (one.Length != other.Length || one.Length < TypeAndClassLength || !one[^TypeAndClassLength..].SequenceEqual(other[^TypeAndClassLength..]))
        {
            return false;
        }

        for (int i = 0; i < one.Length - TypeAndClassLength; i++)
        {
            if (Fold(one[i]) != Fold(other[i]))
            {
                return false;
            }
        }

        return true;
    }

    // Lengths of labels are below all letters.
    private static byte Fold(byte letter) => letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter;

    // -1 where there is none.
    private static int QuestionLength(ReadOnlySpan<byte> bytes)
    {
        int next = 0;
        while (next < bytes.Length && next < LongestName)
        {
            int label = bytes[next];
            if (label > LongestLabel)
            {
                return -1;
            }

            next += 1 + label;
            if (label == 0)
            {
                return next + TypeAndClassLength <= bytes.Length ? next + TypeAndClassLength : -1;
            }
        }

        return -1;
    }
}

/// <summary>How a query went (RFC 1035 4.1.1), as far as it matters here.</summary>
internal enum DnsResponseCode
{
    NoError = 0,

    /// <summary>The name does not exist.</summary>
    NameError = 3,
}
