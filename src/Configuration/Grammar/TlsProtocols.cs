using System;

namespace Sluice.Configuration.Grammar;

/// <summary>The versions of TLS that a listener speaks.</summary>
[Flags]
public enum TlsProtocols
{
    /// <summary>None is left.</summary>
    None = 0,

    /// <summary>RFC 5246.</summary>
    Tls12 = 1,

    /// <summary>RFC 8446.</summary>
    Tls13 = 2,
}
