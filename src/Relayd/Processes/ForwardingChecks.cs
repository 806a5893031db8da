using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Redirections;

namespace Sluice.Relayd.Processes;

/// <summary>What the kernel must be set to where packets are redirected (D-56). It is named at start and changed by nobody but the operator.</summary>
internal static class ForwardingChecks
{
    // A quarter of a million flows take 80 MiB; below this a busy evening fills the table.
    private const int FewFlows = 65536;

    /// <summary>A sentence for each setting that will keep redirections from working.</summary>
    /// <param name="configuration">Of which redirections are looked at; those with direct server return need nothing.</param>
    /// <param name="read">The content of a setting below /proc/sys; null where it is not there.</param>
    public static IEnumerable<string> Warnings(RelaydConfiguration configuration, Func<string, string?> read)
    {
        RuleFamily[] families = [.. configuration.Redirects.Where(static redirect => redirect.RouteInterface is null).SelectMany(static redirect => redirect.Listens).Select(static listen => RuleFamily.Of(listen.Address)).Distinct()];
        if (families.Contains(RuleFamily.Version4) && IsOff(read("net/ipv4/ip_forward")))
        {
            yield return "warning: redirections of IPv4 reach hosts on other machines only with forwarding: sysctl -w net.ipv4.ip_forward=1";
        }

        if (families.Contains(RuleFamily.Version6) && IsOff(read("net/ipv6/conf/all/forwarding")))
        {
            yield return "warning: redirections of IPv6 reach hosts on other machines only with forwarding: sysctl -w net.ipv6.conf.all.forwarding=1";
        }

        if (families.Length > 0 && int.TryParse(read("net/netfilter/nf_conntrack_max"), NumberStyles.None, CultureInfo.InvariantCulture, out int most) && most < FewFlows)
        {
            yield return $"warning: the kernel tracks {most} flows at most, and drops packets of further ones: sysctl -w net.netfilter.nf_conntrack_max=262144";
        }
    }

    /// <summary>The setting of this machine.</summary>
    public static string? Read(string setting)
    {
        string path = Path.Combine("/proc/sys", setting);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    private static bool IsOff(string? value) => value is "0";
}
