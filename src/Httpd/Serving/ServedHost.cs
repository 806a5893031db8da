using System;

namespace Sluice.Httpd.Serving;

/// <summary>One name of one server on one socket: what a request for that name is served by.</summary>
/// <remarks>Each alias and each further address of a server is a host of its own (H-SRV-17, H-SRV-22) that
/// shares everything but the name.</remarks>
internal sealed class ServedHost(MatchText name, ServedServer server)
{
    /// <summary>The configured name, as logs and <c>$SERVER_NAME</c> show it.</summary>
    public ReadOnlyMemory<byte> Name => name.Text;

    /// <summary>The name as it is compared with the host of a request.</summary>
    public MatchText Match => name;

    /// <summary>The server that has the name.</summary>
    public ServedServer Server { get; } = server;
}
