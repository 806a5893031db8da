using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Text;

namespace Sluice.Daemon.Names;

/// <summary>A file of hosts for a table: data, of which nothing is expanded, included or looked up (D-58).</summary>
/// <remarks>A line is <c>address [port number] [weight number]</c>, or empty; # begins a comment.</remarks>
internal sealed class HostFile
{
    /// <summary>Bytes of the longest file.</summary>
    public const int Longest = 1 << 20;

    private const string Form = "a line is: address [port number] [weight number]";

    private readonly List<FoundHost> _hosts = [];
    private readonly HashSet<(IPAddress Address, int Port)> _seen = [];

    private HostFile()
    {
    }

    /// <summary>The hosts in the order of the lines, at least one.</summary>
    public IReadOnlyList<FoundHost> Hosts => _hosts;

    /// <summary>Reads a file.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="bytes">The whole of it.</param>
    /// <param name="file">The hosts; of no use where there is a failure.</param>
    /// <param name="failure"><c>path:line: what is wrong, and what to do</c>; empty where nothing is.</param>
    /// <returns>False where anything is wrong: half a file is as good as none.</returns>
    public static bool TryRead(string path, ReadOnlySpan<byte> bytes, out HostFile file, out string failure)
    {
        file = new HostFile();
        int number = 0;
        foreach (Range range in bytes.Split((byte)'\n'))
        {
            number++;
            if (file.TakeLine(Encoding.Latin1.GetString(bytes[range])) is { } mistake)
            {
                failure = string.Create(CultureInfo.InvariantCulture, $"{path}:{number}: {mistake}");
                return false;
            }
        }

        failure = file._hosts.Count > 0 ? "" : $"{path}: no hosts: {Form}";
        return file._hosts.Count > 0;
    }

    /// <summary>What is wrong with a line; null for nothing.</summary>
    private string? TakeLine(string line)
    {
        int comment = line.IndexOf('#', StringComparison.Ordinal);
        string[] words = (comment < 0 ? line : line[..comment]).Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return null;
        }

        if (Address(words[0]) is not { } address)
        {
            return $"{Shown(words[0])} is no address: names belong into relayd.conf, as name resolve";
        }

        if (!FoundHost.CanBe(address))
        {
            return $"{address} can be no host: write the address of one";
        }

        int port = 0;
        int weight = 0;
        for (int i = 1; i < words.Length; i += 2)
        {
            string value = i + 1 < words.Length ? words[i + 1] : "";
            string? mistake = words[i] switch
            {
                "port" => Number(value, ushort.MaxValue, "port", ref port),
                "weight" => Number(value, FoundHost.MostWeight, "weight", ref weight),
                _ => $"{Shown(words[i])} is not understood: {Form}",
            };
            if (mistake is not null)
            {
                return mistake;
            }
        }

        return Take(new FoundHost(address, port, weight, Name: null));
    }

    private string? Take(FoundHost host)
    {
        if (!_seen.Add((host.Address, host.Port)))
        {
            return $"{host.Address} stands here twice: one line has a weight, not several";
        }

        _hosts.Add(host);
        return _hosts.Count > HostAnswer.Most ? $"more than {HostAnswer.Most} hosts: use several tables" : null;
    }

    private static string? Number(string text, int most, string what, ref int number)
    {
        if (number != 0)
        {
            return $"{what} stands here twice";
        }

        // What is parsed may have NULs behind it, for .NET.
        bool isNumber = !text.AsSpan().ContainsAnyExceptInRange('0', '9') && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return isNumber && number >= 1 && number <= most ? null : $"{what} needs a number from 1 to {most}";
    }

    // IPAddress also takes what only inet_aton(3) would.
    private static IPAddress? Address(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) && (text.Contains(':', StringComparison.Ordinal) || string.Equals(address.ToString(), text, StringComparison.Ordinal))
            ? address
            : null;

    private static string Shown(string word)
    {
        const int Enough = 64;
        return word.Length <= Enough ? word : word[..Enough] + "...";
    }
}
