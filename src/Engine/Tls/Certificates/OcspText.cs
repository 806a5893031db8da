using System;

namespace Sluice.Engine.Tls.Certificates;

/// <summary>Responses of authorities on the state of a certificate (RFC 6960), which are stapled as they are.</summary>
public static class OcspText
{
    /// <summary>Whether all of a response is here, and nothing else: one that is being written is not.</summary>
    /// <param name="response">DER.</param>
    public static bool IsWhole(ReadOnlySpan<byte> response) => Der.TryTakeWhole(ref response, Der.Sequence, out _) && response.IsEmpty;
}
