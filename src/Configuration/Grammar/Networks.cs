using System;
using System.Collections.Generic;
using System.Globalization;

namespace Sluice.Configuration.Grammar;

/// <summary>Networks in CIDR form, for the additions that trust or filter.</summary>
public static class Networks
{
    private const string Form = "A network is an address with an optional length, such as \"10.0.0.0/8\" or \"fd00::/8\".";

    /// <summary>Reads one, such as <c>"10.0.0.0/8"</c>, or an address, which is a network of its own.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="networks">Gets the network, nothing after a mistake.</param>
    /// <param name="remedy">What to say of a text that is none; null for what a network looks like.</param>
    public static void Read(TokenReader reader, ICollection<Prefix> networks, string? remedy = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(networks);
        string text = reader.ExpectText("a network such as \"10.0.0.0/8\"");
        if (reader.Failed)
        {
            return;
        }

        if (Addresses.Network(text) is { } network)
        {
            networks.Add(network);
            return;
        }

        reader.Error(reader.Previous, $"invalid network: {text}", remedy ?? Form);
    }

    /// <summary>A network as it is read.</summary>
    /// <param name="network">Any.</param>
    public static string Print(Prefix network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return string.Create(CultureInfo.InvariantCulture, $"\"{network.Address}/{network.Length}\"");
    }
}
