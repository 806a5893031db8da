using System;
using System.Globalization;
using System.Security.Cryptography;

using Sluice.Configuration;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary><c>mode</c> of relayd.conf(5): how a host is chosen (R-TABLE-12, R-TABLE-13).</summary>
internal static class ModeGrammar
{
    private const int KeyLength = 16;

    /// <summary>Whether a mode hashes, and so may have a key.</summary>
    public static bool HasKey(ScheduleMode mode) => mode is ScheduleMode.Hash or ScheduleMode.LoadBalance or ScheduleMode.SourceHash;

    /// <summary>[ mode ] [ string ], behind "mode"; without a name it is roundrobin.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="reference">Takes what is said.</param>
    /// <param name="user">Whose modes there are.</param>
    public static void Read(TokenReader reader, TableReference reference, TableUser user)
    {
        ScheduleMode mode = Mode(reader);
        Position place = reader.Previous;
        string? key = reader.Peek().Kind == TokenKind.Text ? reader.Take().Text : null;
        if (HasKey(mode))
        {
            if (reference.Key is not null)
            {
                reader.Error(place, "key already specified", "Name one mode that hashes.");
                return;
            }

            reference.Key = key is null ? [] : Key(reader, key);
        }
        else if (key is not null)
        {
            reader.Error(reader.Previous, "key not supported by mode", "A mode is roundrobin, random, least-states, loadbalance, hash or source-hash; the last three take a key.");
            return;
        }

        CheckUser(reader, place, mode, user);
        reference.Mode = mode;
    }

    private static ScheduleMode Mode(TokenReader reader)
    {
        (string Word, ScheduleMode Mode)[] modes =
        [
            ("roundrobin", ScheduleMode.RoundRobin), ("random", ScheduleMode.Random), ("least-states", ScheduleMode.LeastStates),
            ("loadbalance", ScheduleMode.LoadBalance), ("hash", ScheduleMode.Hash), ("source-hash", ScheduleMode.SourceHash),
        ];
        foreach ((string word, ScheduleMode mode) in modes)
        {
            if (reader.TakeKeyword(word))
            {
                return mode;
            }
        }

        return ScheduleMode.RoundRobin;
    }

    private static void CheckUser(TokenReader reader, Position place, ScheduleMode mode, TableUser user)
    {
        if (user == TableUser.Redirect && mode is ScheduleMode.Hash or ScheduleMode.LoadBalance)
        {
            reader.Error(place, "mode not supported for redirections", "A redirection has: roundrobin, random, source-hash, least-states");
        }

        if (user == TableUser.Relay && mode == ScheduleMode.LeastStates)
        {
            reader.Error(place, "mode not supported for relays", "A relay has: roundrobin, random, loadbalance, hash, source-hash");
        }
    }

    /// <summary>
    /// 32 digits of hexadecimal behind 0x, or the MD5 of any other text; both as four numbers of 32 bits, whose bytes the
    /// original's key holds in the order of the machine, so from last to first.
    /// </summary>
    private static byte[] Key(TokenReader reader, string text)
    {
        byte[] key = text.StartsWith("0x", StringComparison.Ordinal) ? FromHex(reader, text[2..]) : FromText(text);
        for (int i = 0; i + sizeof(uint) <= key.Length; i += sizeof(uint))
        {
            key.AsSpan(i, sizeof(uint)).Reverse();
        }

        return key;
    }

    private static byte[] FromHex(TokenReader reader, string digits)
    {
        if (digits.Length != 2 * KeyLength)
        {
            reader.Error(reader.Previous, "hex key must be 128 bits (32 hex digits) long", $"It has {digits.Length}.");
            return [];
        }

        byte[] key = new byte[KeyLength];
        for (int i = 0; i < KeyLength; i++)
        {
            if (!byte.TryParse(digits.AsSpan(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key[i]))
            {
                reader.Error(reader.Previous, "invalid hex key", "Digits are 0 to 9 and a to f.");
                return [];
            }
        }

        return key;
    }

#pragma warning disable CA5351 // It spreads load and keeps no secret; another function would send clients to other hosts.
    private static byte[] FromText(string text) => MD5.HashData(Bytes.Of(text));
#pragma warning restore CA5351
}
