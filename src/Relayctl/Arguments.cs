using System;
using System.Globalization;
using System.Net;
using System.Text;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>What the words of a command came to so far.</summary>
internal sealed class Arguments
{
    /// <summary>Makes the request when the last word was read; null while the words ask for nothing.</summary>
    public Func<Arguments, Request>? Asks { get; set; }

    public Target Target { get; private set; }

    public string Path { get; private set; } = "";

    public IPAddress Address { get; private set; } = IPAddress.None;

    public int Weight { get; private set; } = 1;

    public int Retry { get; private set; }

    public int Ttl { get; private set; }

    /// <summary>A number is an id, anything else a name (R-CTL-23).</summary>
    /// <returns>What is wrong, as of all these; null for nothing.</returns>
    public string? TakeTarget(string word)
    {
        bool isId = uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id > 0;
        Target = isId ? new Target(id, "") : new Target(0, Bytes(word));
        return Target.Name.Length > ControlProtocol.LongestName ? $"name too long: {word}" : null;
    }

    public string? TakePath(string word)
    {
        Path = word;
        return Bytes(word).Length > ControlProtocol.LongestPath ? $"path too long: {word}" : null;
    }

    public string? TakeAddress(string word)
    {
        // .NET takes numbers without dots for addresses, too.
        if (!IPAddress.TryParse(word, out IPAddress? address) || (!word.Contains(':', StringComparison.Ordinal) && word.AsSpan().Count('.') != 3))
        {
            return $"invalid address: {word}";
        }

        Address = address;
        return null;
    }

    public string? TakeWeight(string word)
    {
        string? mistake = TakeNumber(word, 1, byte.MaxValue, out int weight);
        Weight = weight;
        return mistake;
    }

    public string? TakeRetry(string word)
    {
        string? mistake = TakeNumber(word, 0, int.MaxValue, out int retry);
        Retry = retry;
        return mistake;
    }

    public string? TakeTtl(string word)
    {
        string? mistake = TakeNumber(word, 1, byte.MaxValue, out int ttl);
        Ttl = ttl;
        return mistake;
    }

    /// <summary>A word as the daemon has names: a character for each byte.</summary>
    public static string Bytes(string word) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(word));

    private static string? TakeNumber(string word, int least, int most, out int number) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most
            ? null
            : $"invalid number: {word}";
}
