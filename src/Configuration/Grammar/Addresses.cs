using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;

namespace Sluice.Configuration.Grammar;

/// <summary>Addresses as text: literals, interfaces and their groups, names.</summary>
public static class Addresses
{
    private static readonly SearchValues<char> _inLiteral = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>All addresses that a text stands for, in order; empty where it stands for none.</summary>
    /// <param name="text"><c>*</c>, a literal, an interface, a group of interfaces, or a name.</param>
    /// <param name="host">Knows interfaces and names.</param>
    public static IReadOnlyList<IPAddress> Find(string text, IHostFacts host)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(host);
        if (string.Equals(text, "*", StringComparison.Ordinal))
        {
            return [IPAddress.IPv6Any, IPAddress.Any];
        }

        if (Literal(text) is { } literal)
        {
            return [literal];
        }

        IReadOnlyList<IPAddress> addresses = host.InterfaceAddresses(text);
        return addresses.Count > 0 ? addresses : host.Resolve(text);
    }

    /// <summary>An IPv4 address in four decimal parts or an IPv6 address with an optional scope; null for anything else.</summary>
    /// <param name="text">A string of the configuration.</param>
    public static IPAddress? Literal(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int scope = text.IndexOf('%', StringComparison.Ordinal);
        string address = scope < 0 ? text : text[..scope];
        if (address.AsSpan().ContainsAnyExcept(_inLiteral))
        {
            return null;
        }

        bool isVersion6 = address.Contains(':', StringComparison.Ordinal);
        bool isPlausible = isVersion6 || (scope < 0 && IsDottedQuad(address));
        return isPlausible && IPAddress.TryParse(text, out IPAddress? parsed) ? parsed : null;
    }

    /// <summary>Whether it is an IPv4 address, which has four bytes.</summary>
    /// <param name="address">Either version.</param>
    public static bool IsVersion4(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out int length) && length == 4;
    }

    /// <summary>A network in CIDR form, or an address with its whole length; null for anything else.</summary>
    /// <param name="text">Such as <c>10.0.0.0/8</c> or <c>10/8</c>: parts that are left out at its end are zero.</param>
    public static Prefix? Network(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (Literal(slash < 0 ? text : WithAllParts(text[..slash])) is not { } address)
        {
            return null;
        }

        int bits = IsVersion4(address) ? 32 : 128;
        if (slash < 0)
        {
            return new Prefix(address, bits);
        }

        bool isNumber = int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length);
        return isNumber && length <= bits ? new Prefix(address, length) : null;
    }

    private static string WithAllParts(string address)
    {
        const int Parts = 4;
        int missing = address.Contains(':', StringComparison.Ordinal) ? 0 : Parts - 1 - address.AsSpan().Count('.');
        return missing <= 0 ? address : address + string.Concat(Enumerable.Repeat(".0", missing));
    }

    /// <summary>Four numbers from 0 to 255 without leading zeros, as inet_pton(3) takes them.</summary>
    private static bool IsDottedQuad(string text)
    {
        int parts = 0;
        foreach (Range part in text.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> digits = text.AsSpan()[part];
            bool isNumber = byte.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _);
            if (!isNumber || (digits.Length > 1 && digits[0] == '0'))
            {
                return false;
            }

            parts++;
        }

        return parts == 4;
    }
}
