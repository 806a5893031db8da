using System;

namespace Sluice.Httpd.Serving;

/// <summary>The virtual hosts of one listening socket, in the order of the configuration (H-SRV-15 to H-SRV-20).</summary>
internal sealed class ServerSelector
{
    private readonly ServedHost[] _hosts;
    private readonly OrderedMatches _names;
    private readonly int _port;

    /// <summary>Indexes the hosts of a socket; the first one is the default.</summary>
    /// <param name="port">The socket's port, which a port in the request's host must equal.</param>
    /// <param name="hosts">At least one.</param>
    public ServerSelector(int port, ReadOnlySpan<ServedHost> hosts)
    {
        _port = port;
        _hosts = hosts.ToArray();
        MatchText[] names = new MatchText[hosts.Length];
        for (int index = 0; index < names.Length; index++)
        {
            names[index] = hosts[index].Match;
        }

        _names = new OrderedMatches(names);
    }

    /// <summary>What serves a request that names no host, or one that nobody has.</summary>
    public ServedHost Default => _hosts[0];

    /// <summary>The first host that matches, or the default.</summary>
    /// <param name="host">The request's host, without port and brackets; empty if it named none.</param>
    /// <param name="port">The port that the request named beside the host; null if none.</param>
    public ServedHost Select(ReadOnlySpan<byte> host, ushort? port)
    {
        bool mayMatch = !host.IsEmpty && (port is null || port == _port);
        return mayMatch && _names.TryFind(host, 0, out int index) ? _hosts[index] : Default;
    }
}
