using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Engine.Tls;
using Sluice.Http.Codec;
using Sluice.Relayd.Tls;

namespace Sluice.Fuzz.Targets;

/// <summary>Says which name a hello asks for; "no" for what is none, "more" for a beginning.</summary>
internal delegate string HelloReader(ReadOnlySpan<byte> input);

/// <summary>The hello of a client of TLS, against a reader over streams, and whole against cut: no strange server may see another name in it than the relay.</summary>
internal sealed partial class ClientHelloTarget : FuzzTarget
{
    private const string Rejected = "no";
    private const string NeedMore = "more";

    private readonly HelloReader _read;

    public ClientHelloTarget()
        : this(Read)
    {
    }

    private ClientHelloTarget(HelloReader read)
    {
        _read = read;
    }

    public override string Name => "client-hello";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("keeps the case of letters", new ClientHelloTarget(static input => Read(input) is var name && input.IndexOf("B.example"u8) >= 0 ? name.Replace('b', 'B') : name)),
        new("looks at the first record only", new ClientHelloTarget(static input => Read(input) is { Length: > 3 } name && FirstRecord(input) < 60 ? "" : Read(input))),
        new("takes the first of two names", new ClientHelloTarget(static input =>
            Read(input) is Rejected && Encoding.Latin1.GetString(input) is var text && Twice().IsMatch(text) ? "twice" : Read(input))),
        new("takes an address for a name", new ClientHelloTarget(static input => Read(input) is "" && input.IndexOf("192.0.2.7"u8) >= 0 ? "192.0.2.7" : Read(input))),
        new("does not wait for the end", new ClientHelloTarget(static input => Read(input) is NeedMore && input.Length > 100 ? "" : Read(input))),
    ];

    public override byte[] Generate(Random random)
    {
        byte[] message = AnyMessage(random);
        if (random.Next(3) == 0)
        {
            message[random.Next(message.Length)] = (byte)random.GetItems([0, 1, 2, 255, random.Next(256)], 1)[0];
        }

        List<byte> records = [];
        int most = random.Next(3) switch
        {
            0 => random.Next(1, 8),
            1 => random.Next(8, 600),
            _ => 16384,
        };
        foreach (byte[] part in message.Chunk(most))
        {
            records.AddRange([22, 3, (byte)random.Next(1, 4), .. Number(part.Length), .. part]);
        }

        if (random.Next(6) == 0)
        {
            records[random.Next(records.Count)] = (byte)random.Next(256);
        }

        if (random.Next(4) == 0)
        {
            records.AddRange("more"u8);
        }

        return random.Next(4) == 0 ? [.. records.Take(random.Next(records.Count + 1))] : [.. records];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string whole = _read(input);
        for (int length = 0; length < input.Length; length += 1 + (length / 20))
        {
            string part = _read(input[..length]);
            if (part != whole && part != NeedMore)
            {
                return $"whole it is {whole}, of {length} bytes it is {part}";
            }
        }

        // A beginning may be known to become none before that is seen where it is read part by part.
        string expected = Expected(input);
        return whole == expected || (whole == Rejected && expected == NeedMore) ? null : $"it is {expected}, and the parser says {whole}";
    }

    private static string Read(ReadOnlySpan<byte> input)
    {
        byte[] name = new byte[HostName.Longest];
        return ClientHello.Parse(input, name, out int length) switch
        {
            ParseStatus.Complete => Encoding.Latin1.GetString(name, 0, length),
            _ when length > 0 => "a name without a hello",
            ParseStatus.Rejected => Rejected,
            _ => NeedMore,
        };
    }

    private static int FirstRecord(ReadOnlySpan<byte> input) => input.Length < 5 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(input[3..]);

    // The reference: records first, then the message, each over a stream that ends where it ends.
    private static string Expected(ReadOnlySpan<byte> input)
    {
        using MemoryStream records = new(input.ToArray());
        using MemoryStream message = new();
        try
        {
            while (message.Length < 4 || message.Length < MessageLength(message))
            {
                byte[] head = Exactly(records, 5);
                int length = (head[3] << 8) + head[4];
                if (head[0] != 22 || head[1] != 3 || head[2] > 4 || length is 0 or > 16384 || records.Position + length > ClientHello.MostBytes)
                {
                    return Rejected;
                }

                message.Write(Exactly(records, length));
            }
        }
        catch (EndOfStreamException)
        {
            return NeedMore;
        }

        byte[] whole = message.ToArray();
        if (whole[0] != 1 || whole.Length != MessageLength(message))
        {
            return Rejected;
        }

        try
        {
            return NameIn(whole[4..]);
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException)
        {
            return Rejected;
        }
    }

    private static string NameIn(byte[] body)
    {
        using MemoryStream rest = new(body);
        byte[] start = Exactly(rest, 34);
        byte[] session = Part(rest, 1);
        byte[] suites = Part(rest, 2);
        byte[] compressions = Part(rest, 1);
        if (start[0] != 3 || session.Length > 32 || suites.Length < 2 || suites.Length % 2 == 1 || compressions.Length == 0)
        {
            throw new FormatException();
        }

        if (rest.Position == rest.Length)
        {
            return "";
        }

        using MemoryStream extensions = new(Part(rest, 2));
        List<byte[]> names = [];
        while (extensions.Position < extensions.Length)
        {
            byte[] type = Exactly(extensions, 2);
            byte[] content = Part(extensions, 2);
            if (type is [0, 0])
            {
                names.Add(content);
            }
        }

        return names.Count > 1 || rest.Position != rest.Length ? throw new FormatException() : names.Count == 0 ? "" : HostIn(names[0]);
    }

    private static string HostIn(byte[] content)
    {
        using MemoryStream outer = new(content);
        byte[] list = Part(outer, 2);
        using MemoryStream inner = new(list);
        bool isHost = list.Length > 0 && inner.ReadByte() == 0;
        byte[] host = Part(inner, 2);
        if (!isHost || host.Length == 0 || inner.Position != inner.Length || outer.Position != outer.Length)
        {
            throw new FormatException();
        }

        string name = Encoding.Latin1.GetString(host);
        name = name.EndsWith('.') ? name[..^1] : name;
        return NameOfHost().IsMatch(name) && name.Length <= 253 && !IPAddress.TryParse(name, out _) ? name.ToLowerInvariant() : "";
    }

    private static long MessageLength(MemoryStream message)
    {
        byte[] head = message.GetBuffer();
        return 4 + (head[1] << 16) + (head[2] << 8) + head[3];
    }

    private static byte[] Part(MemoryStream stream, int lengthBytes) => Exactly(stream, Exactly(stream, lengthBytes).Aggregate(0, static (sum, each) => (sum << 8) + each));

    private static byte[] Exactly(MemoryStream stream, int count)
    {
        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] AnyMessage(Random random)
    {
        List<byte> extensions = [];
        for (int left = random.Next(5); left > 0; left--)
        {
            int type = random.GetItems([0, 0, 0, 21, 51, 0x3a3a, random.Next(65536)], 1)[0];
            byte[] content = type == 0 ? AnyName(random) : new byte[random.Next(30) == 0 ? random.Next(14_000) : random.Next(40)];
            extensions.AddRange([.. Number(type), .. Number(content.Length), .. content]);
        }

        byte[] body =
        [
            3, 3, .. new byte[32], .. random.Next(2) == 0 ? (byte[])[0] : [32, .. new byte[32]], .. Number(4), 0x13, 1, 0x13, 2, 1, 0, .. Number(extensions.Count), .. extensions,
        ];
        return [1, (byte)(body.Length >> 16), .. Number(body.Length & 0xffff), .. body];
    }

    private static byte[] AnyName(Random random)
    {
        string[] names = ["a.example", "B.example.", "192.0.2.7", "::1", "a..b", "x_y.a-b", ".", "a b", "\0", new string('a', 64), string.Join('.', Enumerable.Repeat("abcdefg", random.Next(31, 33)))];
        byte[] host = Encoding.Latin1.GetBytes(names[random.Next(names.Length)]);
        byte[] list = [(byte)(random.Next(10) == 0 ? 1 : 0), .. Number(host.Length), .. host];
        list = random.Next(10) == 0 ? [.. list, .. list] : list;
        return [.. Number(list.Length), .. list];
    }

    private static byte[] Number(int value) => [(byte)(value >> 8), (byte)(value & byte.MaxValue)];

    // Two extensions of type 0, each with a list of one name.
    [GeneratedRegex(@"\x00\x00\x00.\x00.\x00\x00.a\.example\x00\x00\x00.\x00.\x00\x00", RegexOptions.Singleline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Twice();

    [GeneratedRegex(@"^(?![0-9.]*\z)(?:[A-Za-z0-9_-]{1,63}\.)*(?![0-9]+\z)[A-Za-z0-9_-]{1,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameOfHost();
}
