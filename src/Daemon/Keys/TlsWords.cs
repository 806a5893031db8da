using System;
using System.Linq;

using Sluice.Engine.Tls;

namespace Sluice.Daemon.Keys;

/// <summary>From the words of httpd.conf(5) and relayd.conf(5) to OpenSSL's.</summary>
public static class TlsWords
{
    /// <summary>A named set of ciphers, or a list as ciphers(1) has them (D-41). What the wider names add is bounded by OpenSSL's security level.</summary>
    public static string Ciphers(string word) => word switch
    {
        "secure" or "default" => TlsSettings.StrictCiphers,
        "compat" => "HIGH:!aNULL",
        "legacy" => "HIGH:MEDIUM:!aNULL",
        "insecure" or "all" => "ALL:!aNULL:!eNULL",
        _ => word,
    };

    /// <summary><c>default</c>, or curves with commas or colons between.</summary>
    public static string Groups(string curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        return curves is "default"
            ? TlsSettings.UsualGroups
            : string.Join(':', curves.Split(',', ':').Select(curve => curve.Trim(' ', '\t')));
    }

    /// <summary><c>none</c>, <c>auto</c> or <c>legacy</c>.</summary>
    public static DhParameters Dhe(string word) => word is "none" ? DhParameters.None : DhParameters.Automatic;
}
