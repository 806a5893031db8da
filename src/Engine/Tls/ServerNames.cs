using System;
using System.Collections.Generic;

namespace Sluice.Engine.Tls;

/// <summary>
/// Which certificate answers a client that names a host: the first with exactly that name, else the first with a wildcard
/// for it, which stands for one label (RFC 6125 6.4.3).
/// </summary>
internal sealed class ServerNames
{
    // RFC 1035 2.3.4.
    private const int LongestName = 255;

    private readonly Dictionary<string, TlsContext> _exact = new(StringComparer.Ordinal);

    // Without their "*".
    private readonly Dictionary<string, TlsContext> _wildcards = new(StringComparer.Ordinal);

    public void Add(TlsContext context)
    {
        foreach (string name in context.Names)
        {
            _ = name.StartsWith("*.", StringComparison.Ordinal)
                ? _wildcards.TryAdd(name[1..], context)
                : _exact.TryAdd(name, context);
        }
    }

    /// <summary>Null where no certificate has that name.</summary>
    public TlsContext? Find(ReadOnlySpan<byte> name)
    {
        // A name may end with the dot of the root, which certificates do not write.
        name = name is [.. ReadOnlySpan<byte> rest, (byte)'.'] ? rest : name;
        if (name.IsEmpty || name.Length > LongestName)
        {
            return null;
        }

        Span<char> lower = stackalloc char[LongestName];
        lower = lower[..name.Length];
        for (int i = 0; i < name.Length; i++)
        {
            lower[i] = char.ToLowerInvariant((char)name[i]);
        }

        if (_exact.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(lower, out TlsContext? exact))
        {
            return exact;
        }

        int dot = lower.IndexOf('.');
        return dot > 0 && _wildcards.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(lower[dot..], out TlsContext? wildcard)
            ? wildcard
            : null;
    }
}
