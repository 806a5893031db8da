using System;
using System.Globalization;

using Sluice.Configuration;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Serving;

/// <summary>One name of one server on one address: what a request for that name is served by.</summary>
/// <remarks>Each alias and each further address of a server is a host of its own (H-SRV-17, H-SRV-22) that
/// shares everything but the name and the address.</remarks>
internal sealed class ServedHost(MatchText name, ListenAddress listen, ServedServer server)
{
    private byte[]? _address;
    private byte[]? _port;

    /// <summary>The configured name, as logs and <c>$SERVER_NAME</c> show it.</summary>
    public ReadOnlyMemory<byte> Name => name.Text;

    /// <summary>The configured address as text, which may be a wildcard (H-LOC-47); made when it is asked for.</summary>
    public ReadOnlySpan<byte> Address => _address ??= Bytes.Of(listen.EndPoint.Address.ToString());

    /// <summary>The configured port as text.</summary>
    public ReadOnlySpan<byte> Port => _port ??= Bytes.Of(listen.EndPoint.Port.ToString(CultureInfo.InvariantCulture));

    /// <summary>The name as it is compared with the host of a request.</summary>
    public MatchText Match => name;

    /// <summary>The server that has the name.</summary>
    public ServedServer Server { get; } = server;
}
