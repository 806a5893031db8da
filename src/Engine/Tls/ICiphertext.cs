using System;

namespace Sluice.Engine.Tls;

/// <summary>What lies below TLS: where records come from and go to. A socket, or memory.</summary>
internal interface ICiphertext
{
    /// <summary>Receives what is there; <see cref="Errno.WouldBlock"/> where nothing is yet, 0 bytes where nothing more comes.</summary>
    IoResult Receive(Span<byte> destination);

    /// <summary>Takes all of it to be sent, or, where there is no room, nothing.</summary>
    bool TryAppend(ReadOnlySpan<byte> records);
}
