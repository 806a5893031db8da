using System;

using Sluice.Engine.Io;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tables;

/// <summary>Translation of targets into the other family of addresses (R-RELAY-10).</summary>
internal static class FamilyTranslation
{
    private const int Version4Bytes = 4;
    private const int Version6Bytes = 16;

    /// <summary>The target in the family that hosts are connected to in.</summary>
    /// <param name="translation">What the relay says.</param>
    /// <param name="target">Address and port.</param>
    /// <returns><see cref="AddressKind.None"/> where what comes of it is no host: unspecified, broadcast or multicast.</returns>
    public static SocketAddress Translate(Translation translation, in SocketAddress target)
    {
        Span<byte> ip = stackalloc byte[Version6Bytes];
        bool isVersion4 = target.CopyIp(ip) == Version4Bytes;
        switch (translation.Family)
        {
            case TargetFamily.Inet when !isVersion4:
                return Checked(ip[^Version4Bytes..], target.Port);
            case TargetFamily.Inet6 when isVersion4:
                ip[..Version4Bytes].CopyTo(ip[^Version4Bytes..]);
                Span<byte> prefix = stackalloc byte[Version6Bytes];
                _ = translation.Prefix!.TryWriteBytes(prefix, out _);
                prefix[..^Version4Bytes].CopyTo(ip);
                return Checked(ip, target.Port);
            default:
                return target;
        }
    }

    private static SocketAddress Checked(ReadOnlySpan<byte> ip, int port)
    {
        const byte FirstOfMulticast4 = 0xe0;
        const byte LastOfMulticast4 = 0xef;
        const byte Multicast6 = 0xff;
        bool isNone = !ip.ContainsAnyExcept((byte)0)
            || (ip.Length == Version4Bytes
                ? !ip.ContainsAnyExcept(byte.MaxValue) || ip[0] is >= FirstOfMulticast4 and <= LastOfMulticast4
                : ip[0] == Multicast6);
        return isNone ? default : SocketAddress.FromIp(ip, port);
    }
}
