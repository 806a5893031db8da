using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Daemon.Names;

namespace Sluice.Fuzz.Targets;

/// <summary>Files of hosts, against a regular expression for their lines.</summary>
internal sealed partial class HostFileTarget : FuzzTarget
{
    private const string Rejected = "no";

    private static readonly string[] _words =
        ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:DB8:0::1", "::ffff:192.0.2.1", "1.2", "0.0.0.0", "224.0.0.1", "::", "port", "weight", "1", "255", "256", "65535", "65536", "0", "+1", "01", "#", "x", "\0"];

    private readonly Func<byte[], string> _read;

    public HostFileTarget()
        : this(Read)
    {
    }

    private HostFileTarget(Func<byte[], string> read)
    {
        _read = read;
    }

    public override string Name => "host-file";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("takes weights above 255", new HostFileTarget(static file => Read(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(file).Replace("256", "255", StringComparison.Ordinal))))),
        new("passes over what it does not understand", new HostFileTarget(static file => Read([.. file.Where(static each => each != 'x')]))),
        new("keeps what stands before a mistake", new HostFileTarget(static file => Read(file) is var read && read == Rejected ? Read(file[..(file.AsSpan().TrimEnd((byte)'\n').LastIndexOf((byte)'\n') + 1)]) : read)),
    ];

    public override byte[] Generate(Random random)
    {
        StringBuilder text = new();
        for (int lines = random.Next(4); lines > 0; lines--)
        {
            for (int words = random.Next(6); words > 0; words--)
            {
                _ = text.Append(" \t\r"[random.Next(3)], random.Next(2));
                string word = random.Next(3) switch
                {
                    0 => _words[random.Next(4)],
                    1 => $"{_words[random.Next(9, 11)]} {_words[random.Next(11, 13)]}",
                    _ => _words[random.Next(_words.Length)],
                };
                _ = text.Append(word).Append(' ', random.Next(6) == 0 ? 0 : 1);
            }

            _ = text.Append('\n');
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string read = _read(input.ToArray());
        string expected = Reference(Encoding.Latin1.GetString(input));
        return read == expected ? null : $"it is read as {read}, and is {expected}";
    }

    private static string Read(byte[] file) => HostFile.TryRead("f", file, out HostFile hosts, out _)
        ? string.Join('|', hosts.Hosts.Select(static host => $"{host.Address} {host.Port} {host.Weight}"))
        : Rejected;

    private static string Reference(string text)
    {
        List<string> hosts = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string line in text.Split('\n'))
        {
            Match match = Line().Match(line);
            if (!match.Success)
            {
                return Rejected;
            }

            string address = match.Groups["address"].Value;
            if (address.Length == 0)
            {
                continue;
            }

            string port = match.Groups["port"].Value;
            string weight = match.Groups["weight"].Value;
            bool isAddress = IPAddress.TryParse(address, out IPAddress? parsed) && (address.Contains(':', StringComparison.Ordinal) || parsed.ToString() == address);
            bool isHost = isAddress && parsed!.ToString() is not ("0.0.0.0" or "::") && !parsed.IsIPv6Multicast && (parsed.GetAddressBytes() is not [>= 224, _, _, _]);
            if (!isHost || !IsWithin(port, 65535) || !IsWithin(weight, 255) || !seen.Add($"{parsed} {port.TrimStart('0')}"))
            {
                return Rejected;
            }

            hosts.Add($"{parsed} {(port.Length == 0 ? "0" : port.TrimStart('0'))} {(weight.Length == 0 ? "0" : weight.TrimStart('0'))}");
        }

        return hosts.Count == 0 ? Rejected : string.Join('|', hosts);
    }

    private static bool IsWithin(string number, long most) => number.Length == 0 || (long.TryParse(number, CultureInfo.InvariantCulture, out long value) && value >= 1 && value <= most);

    [GeneratedRegex(@"^[ \t\r]*((?<address>[^ \t\r#]+)([ \t\r]+port[ \t\r]+(?<port>[0-9]+)([ \t\r]+weight[ \t\r]+(?<weight>[0-9]+))?|[ \t\r]+weight[ \t\r]+(?<weight>[0-9]+)([ \t\r]+port[ \t\r]+(?<port>[0-9]+))?)?[ \t\r]*)?(#.*)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Line();
}
