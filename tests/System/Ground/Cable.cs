using System.IO;

namespace Sluice.System.Ground;

/// <summary>Networks between places.</summary>
internal static class Cable
{
    /// <summary>Lays a cable: the one end is number 1 of the networks at it, the other number 2.</summary>
    /// <param name="one">Where it begins.</param>
    /// <param name="device">Its name there.</param>
    /// <param name="other">Where it ends.</param>
    /// <param name="otherDevice">Its name there.</param>
    /// <param name="prefix">As <c>10.0.0</c>.</param>
    /// <param name="prefix6">As <c>fd00:</c>.</param>
    public static void Lay(Place one, string device, Place other, string otherDevice, string prefix, string prefix6)
    {
        string netns = other.Run(static () => "/proc/" + new FileInfo("/proc/thread-self").LinkTarget + "/ns/net");
        one.Tool("ip", "link", "add", device, "type", "veth", "peer", "name", otherDevice, "netns", netns);
        Address(one, device, $"{prefix}.1/24", $"{prefix6}:1/64");
        Address(other, otherDevice, $"{prefix}.2/24", $"{prefix6}:2/64");
    }

    /// <summary>A place passes on what is not for it.</summary>
    public static void Forward(Place place) => place.Run(static () =>
    {
        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
        File.WriteAllText("/proc/sys/net/ipv6/conf/all/forwarding", "1");
    });

    private static void Address(Place place, string device, string address, string address6)
    {
        place.Tool("ip", "address", "add", address, "dev", device);
        place.Tool("ip", "address", "add", address6, "dev", device, "nodad");
        place.Tool("ip", "link", "set", device, "up");
    }
}
