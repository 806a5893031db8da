using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Http.Codec;

namespace Sluice.Fuzz.Targets;

/// <summary>Says whom a PROXY header names; "no" for what is none, "more" for a beginning.</summary>
internal delegate string ProxyHeaderReader(ReadOnlySpan<byte> input);

/// <summary>The PROXY header, against a reader made of a pattern and the framework's addresses, and whole against cut.</summary>
internal sealed partial class ProxyHeaderTarget : FuzzTarget
{
    private const string Rejected = "no";
    private const string NeedMore = "more";
    private const string Signature = "\r\n\r\n\0\r\nQUIT\n";

    private readonly ProxyHeaderReader _read;

    public ProxyHeaderTarget()
        : this(Read)
    {
    }

    private ProxyHeaderTarget(ProxyHeaderReader read)
    {
        _read = read;
    }

    public override string Name => "proxy-header";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("takes two blanks for one", new ProxyHeaderTarget(static input =>
            Read(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(input).Replace("  ", " ", StringComparison.Ordinal))))),
        new("believes LOCAL", new ProxyHeaderTarget(static input =>
        {
            byte[] copy = input.ToArray();
            bool isLocal = copy.Length > 12 && copy[12] == 0x20;
            copy[isLocal ? 12 : 0] |= (byte)(isLocal ? 1 : 0);
            return Read(copy);
        })),
    ];

    public override byte[] Generate(Random random)
    {
        string[] words = ["PROXY", "TCP4", "TCP6", "UNKNOWN", "192.0.2.7", "10.0.0.1", "2001:db8::7", "::1", "80", "65535", "65536", "01", "", "x"];
        string text = random.Next(3) switch
        {
            0 => string.Join(' ', Enumerable.Range(0, random.Next(4, 8)).Select(_ => words[random.Next(words.Length)])) + "\r\n",
            1 => $"PROXY TCP{(random.Next(2) == 0 ? "4 192.0.2.7 10.0.0.1" : "6 ::7 ::1")} {random.Next(70000)} {random.Next(70000)}\r\n",
            _ => Signature + (char)(0x20 + random.Next(3)) + (char)((random.Next(4) << 4) + random.Next(3)) + "\0" + (char)random.Next(60)
                + string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 6 : 256))),
        };
        byte[] bytes = Encoding.Latin1.GetBytes(text + "GET");
        if (random.Next(4) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string whole = _read(input);
        for (int length = 0; length < input.Length; length++)
        {
            string part = _read(input[..length]);
            if (part != whole && part != NeedMore)
            {
                return $"whole it is {whole}, of {length} bytes it is {part}";
            }
        }

        string expected = Expected(Encoding.Latin1.GetString(input));
        bool isRight = whole == expected || (whole == Rejected && expected == NeedMore);
        return isRight ? null : $"it is {expected}, and the parser says {whole}";
    }

    private static string Read(ReadOnlySpan<byte> input)
    {
        ParseStatus status = ProxyHeaderParser.Parse(input, out ProxyHeader header);
        if (status != ParseStatus.Complete)
        {
            return status == ParseStatus.Rejected ? Rejected : NeedMore;
        }

        ReadOnlySpan<byte> client = header.CopyClient(new byte[IpText.MostBytes]);
        return Describe(header.Length, client.ToArray(), header.Port);
    }

    private static string Describe(int length, byte[] client, int port) => client.Length == 0
        ? $"{length} none"
        : $"{length} {new IPEndPoint(new IPAddress(client), port)}";

    private static string Expected(string text)
    {
        if (text.StartsWith(Signature, StringComparison.Ordinal))
        {
            return ExpectedBinary(Encoding.Latin1.GetBytes(text));
        }

        int end = text.IndexOf("\r\n", StringComparison.Ordinal);
        if (end < 0 || Signature.StartsWith(text, StringComparison.Ordinal))
        {
            return NeedMore;
        }

        if (end + 2 > 107)
        {
            return Rejected;
        }

        if (UnknownLine().IsMatch(text[..end]))
        {
            return Describe(end + 2, [], 0);
        }

        Match line = Line().Match(text[..end]);
        return line.Success && TryAddress(line, "s", out IPAddress source) && TryAddress(line, "d", out _)
            && TryPort(line, "p", out int port) && TryPort(line, "q", out _)
            ? Describe(end + 2, source.GetAddressBytes(), port)
            : Rejected;
    }

    private static bool TryAddress(Match line, string group, out IPAddress address)
    {
        bool is4 = line.Groups["v"].ValueSpan is "4";
        string text = line.Groups[group].Value;
        bool isAddress = IPAddress.TryParse(text, out IPAddress? found) && found.GetAddressBytes().Length == (is4 ? 4 : 16);
        address = found ?? IPAddress.None;
        return isAddress && (!is4 || Quad().IsMatch(text)) && !text.Contains('%', StringComparison.Ordinal);
    }

    private static bool TryPort(Match line, string group, out int port) =>
        int.TryParse(line.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;

    private static string ExpectedBinary(byte[] bytes)
    {
        byte[] start = [.. bytes.Take(16), .. new byte[16]];
        bool isGood = bytes.Length <= 12 || (start[12] is 0x20 or 0x21 && start[13] >> 4 <= 3 && (start[13] & 15) <= 2);
        int length = bytes.Length < 16 ? 0 : (start[14] << 8) + start[15];
        if (!isGood || length > ProxyHeaderParser.MostBytes - 16)
        {
            return Rejected;
        }

        if (bytes.Length < 16 + length)
        {
            return NeedMore;
        }

        int address = new[] { 0, 4, 16, 108 }[bytes[13] >> 4];
        int block = address is 0 or 108 ? 2 * address : (2 * address) + 4;
        if (length < block)
        {
            return bytes[12] == 0x20 ? Describe(16 + length, [], 0) : Rejected;
        }

        if (address != 0 && !AreExtensionsGood(bytes.AsSpan(0, 16 + length), 16 + block))
        {
            return Rejected;
        }

        bool isClient = bytes[12] == 0x21 && (address is 4 or 16) && (bytes[13] & 15) == 1;
        int port = isClient ? (bytes[16 + (2 * address)] << 8) + bytes[17 + (2 * address)] : 0;
        return Describe(16 + length, isClient ? bytes[16..(16 + address)] : [], port);
    }

    private static bool AreExtensionsGood(ReadOnlySpan<byte> whole, int at)
    {
        while (at < whole.Length)
        {
            int size = at + 3 <= whole.Length ? (whole[at + 1] << 8) + whole[at + 2] : whole.Length;
            if (at + 3 + size > whole.Length || (whole[at] == 3 && !IsSummed(whole, at + 3, size)))
            {
                return false;
            }

            at += 3 + size;
        }

        return true;
    }

    private static bool IsSummed(ReadOnlySpan<byte> whole, int at, int size)
    {
        if (size != 4)
        {
            return false;
        }

        byte[] copy = whole.ToArray();
        copy.AsSpan(at, size).Clear();
        uint rest = uint.MaxValue;
        foreach (byte value in copy)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                uint differs = (rest ^ (uint)(value >> bit)) & 1;
                rest = (rest >> 1) ^ (differs * 0x82f63b78);
            }
        }

        return BitConverter.ToUInt32([.. whole.Slice(at, size).ToArray().Reverse()]) == ~rest;
    }

    [GeneratedRegex(@"^PROXY TCP(?<v>[46]) (?<s>[0-9a-fA-F:.]+) (?<d>[0-9a-fA-F:.]+) (?<p>0|[1-9][0-9]{0,4}) (?<q>0|[1-9][0-9]{0,4})\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"^PROXY UNKNOWN( [ -~]*)?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnknownLine();

    [GeneratedRegex(@"^((0|[1-9][0-9]*)(\.|\z)){4}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quad();
}
