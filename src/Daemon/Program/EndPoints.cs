using System;
using System.Net;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Daemon.Program;

/// <summary>From the addresses of configurations to those of sockets (D-13).</summary>
public static class EndPoints
{
    /// <summary>The address of a socket.</summary>
    /// <param name="endPoint">IPv4 or IPv6, the latter with its zone.</param>
    public static SocketAddress ToSocketAddress(this IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        Span<byte> ip = stackalloc byte[16];
        endPoint.Address.TryWriteBytes(ip, out int length);
        uint zone = length == ip.Length ? (uint)endPoint.Address.ScopeId : 0;
        return SocketAddress.FromIp(ip[..length], endPoint.Port, zone);
    }
}
