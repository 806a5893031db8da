namespace Sluice.Control;

/// <summary>What both ends of the control socket hold to: a unix socket of the kind SOCK_SEQPACKET, on which a client asks one thing at a time.</summary>
/// <remarks>
/// A request is one message. It is answered with any number of messages, each of them a list of <see cref="Reply"/>; the last reply of an answer
/// is an <see cref="End"/>. A <see cref="MonitorRequest"/> is answered for ever.
/// </remarks>
public static class ControlProtocol
{
    /// <summary>Which protocol it is; the first byte of a request. Whoever hears another number answers that it does not understand.</summary>
    public const int Version = 1;

    /// <summary>Bytes that hold any message in either direction.</summary>
    public const int LongestMessage = 60_000;

    /// <summary>Bytes of the longest name in a request, that of a host (RFC 1035 2.3.4).</summary>
    public const int LongestName = 255;

    /// <summary>Bytes of the longest path in a request.</summary>
    public const int LongestPath = 1023;
}
