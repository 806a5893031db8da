using System;

namespace Sluice.Httpd.Serving;

/// <summary>Why a host serves a request.</summary>
internal enum HostChoice
{
    /// <summary>The request named it.</summary>
    Named,

    /// <summary>Nobody has the name, or there is none.</summary>
    Default,
}

/// <summary>The virtual hosts of one listening socket, in the order of the configuration (H-SRV-15 to H-SRV-20).</summary>
internal sealed class ServerSelector
{
    private readonly ServedHost[] _hosts;
    private readonly OrderedMatches _names;
    private readonly int _port;

    /// <summary>What the pattern of a name captures is not available to anyone (H-SRV-16).</summary>
    private readonly CaptureSlot _captures = new();

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

    /// <summary>Steps that all searches took, as <see cref="OrderedMatches.Work"/> counts them.</summary>
    public long Work => _names.Work;

    /// <summary>The first host that matches, or the default.</summary>
    /// <param name="host">The request's host, without port and brackets; empty if it named none.</param>
    /// <param name="port">The port that the request named beside the host; null if none.</param>
    /// <param name="choice">Why it is the one.</param>
    public ServedHost Select(ReadOnlySpan<byte> host, ushort? port, out HostChoice choice)
    {
        bool mayMatch = !host.IsEmpty && (port is null || port == _port);
        if (mayMatch && TryFind(host, out int index))
        {
            choice = HostChoice.Named;
            return _hosts[index];
        }

        choice = HostChoice.Default;
        return Default;
    }

    /// <summary>A name with a dot at its end is the same one, written as the DNS writes it.</summary>
    private bool TryFind(ReadOnlySpan<byte> host, out int index) =>
        _names.TryFind(host, 0, _captures, out index)
        || (host[^1] == (byte)'.' && _names.TryFind(host[..^1], 0, _captures, out index));
}
