using System;

using Sluice.Engine.Tls.Signing;

namespace Sluice.Daemon.Keys;

/// <summary>For a context that is only tried: signs nothing.</summary>
public sealed class NoSigner : ISigner
{
    /// <inheritdoc/>
    public SigningResult Sign(SignatureScheme scheme, uint keyId, ReadOnlySpan<byte> content, Span<byte> signature, out int length)
    {
        length = 0;
        return SigningResult.Unavailable;
    }
}
