using System;

namespace Sluice.Daemon.Keys;

/// <summary>Who a server is towards its clients.</summary>
/// <param name="Certificate">PEM text of the certificate and its chain, and nothing else that the file may contain.</param>
/// <param name="KeyId">By what the keys process knows its key.</param>
/// <param name="Warning">What the operator should know about it; null where nothing.</param>
public sealed record TlsIdentity(string Certificate, int KeyId, string? Warning = null)
{
    /// <summary>When the certificate expires.</summary>
    public DateTimeOffset End { get; init; }

    /// <summary>Whether it may issue others.</summary>
    public bool IsAuthority { get; init; }
}

/// <summary>Why a certificate and its key are of no use.</summary>
/// <param name="Kind">What that means for the listener.</param>
/// <param name="Text">In words for the operator.</param>
public readonly record struct PairFault(PairFaultKind Kind, string Text);

/// <summary>What a fault means for the listener.</summary>
public enum PairFaultKind
{
    /// <summary>A file is not there or cannot be read: the listener stays closed (H-CONF-35).</summary>
    Missing,

    /// <summary>Both are there and fail: so do handshakes (H-TLS-22).</summary>
    Unusable,
}
