using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.NetworkInformation;
using System.Text;

using Sluice.Configuration.Grammar;

namespace Sluice.Configuration;

/// <summary>The answers of the host that the program runs on.</summary>
/// <param name="resolve">The addresses behind a host name; empty where it is not known.</param>
public sealed class HostFacts(Func<string, IReadOnlyList<IPAddress>> resolve) : IHostFacts
{
    /// <summary>No configuration is longer; a device that never ends is not read for ever.</summary>
    private const int LongestFile = 64 * 1024 * 1024;

    private Dictionary<(string Name, string Protocol), int>? _services;

    /// <inheritdoc/>
    public byte[]? Read(string path)
    {
        string name = FileName(path);
        try
        {
            using FileStream file = new(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using MemoryStream text = new();
            byte[] block = new byte[64 * 1024];
            int count;
            while ((count = file.Read(block)) > 0)
            {
                text.Write(block, 0, count);
                if (text.Length > LongestFile)
                {
                    return null;
                }
            }

            return text.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public string Identity(string path)
    {
        string name = Path.GetFullPath(FileName(path));
        try
        {
            return File.ResolveLinkTarget(name, returnFinalTarget: true)?.FullName ?? name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return name;
        }
    }

    /// <inheritdoc/>
    public FileWriters Writers(string path)
    {
        string name = FileName(path);
        try
        {
            FileAttributes attributes = File.GetAttributes(name);
            if (OperatingSystem.IsWindows() || attributes.HasFlag(FileAttributes.Device))
            {
                return FileWriters.None;
            }

            UnixFileMode mode = File.GetUnixFileMode(Identity(path));
            return (mode.HasFlag(UnixFileMode.GroupWrite) ? FileWriters.Group : FileWriters.None)
                | (mode.HasFlag(UnixFileMode.OtherWrite) ? FileWriters.Others : FileWriters.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return FileWriters.None;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<IPAddress> InterfaceAddresses(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        List<IPAddress> version4 = [];
        List<IPAddress> version6 = [];
        HashSet<string>? egress = string.Equals(name, "egress", StringComparison.Ordinal) ? Egress() : null;
        foreach (NetworkInterface candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (egress is null ? !IsNamed(candidate.Name, name) : !egress.Contains(candidate.Name))
            {
                continue;
            }

            foreach (UnicastIPAddressInformation address in candidate.GetIPProperties().UnicastAddresses)
            {
                (Addresses.IsVersion4(address.Address) ? version4 : version6).Add(address.Address);
            }
        }

        version4.AddRange(version6);
        return version4;
    }

    /// <inheritdoc/>
    public IReadOnlyList<IPAddress> Resolve(string name) => resolve(name);

    /// <inheritdoc/>
    public int? Service(string name, string protocol)
    {
        _services ??= ReadServices();
        return _services.TryGetValue((name, protocol), out int port) ? port : null;
    }

    /// <summary>An interface by its name, or a family of them by the letters before their numbers, as in <c>wg</c>.</summary>
    private static bool IsNamed(string candidate, string name) =>
        string.Equals(candidate, name, StringComparison.Ordinal)
        || (name.Length > 0 && string.Equals(candidate.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'), name, StringComparison.Ordinal));

    /// <summary>The interfaces that hold a default route, from proc(5).</summary>
    private HashSet<string> Egress()
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (string line in Lines("/proc/net/route"))
        {
            string[] fields = line.Split('\t');
            if (fields.Length > 7 && fields[1] is "00000000" && fields[7] is "00000000")
            {
                _ = names.Add(fields[0]);
            }
        }

        foreach (string line in Lines("/proc/net/ipv6_route"))
        {
            // An unreachable default route of the loopback interface is always there and leads nowhere.
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[1] is "00" && fields[0].AsSpan().Trim('0').IsEmpty && fields[9] is not "lo")
            {
                _ = names.Add(fields[9]);
            }
        }

        return names;
    }

    /// <summary>services(5): name, port/protocol, other names. Small systems have no such file; the names of the web's own
    /// ports (RFC 9110 4.2) mean the same there.</summary>
    private Dictionary<(string Name, string Protocol), int> ReadServices()
    {
        Dictionary<(string Name, string Protocol), int> services = [];
        foreach (string line in Lines("/etc/services"))
        {
            string[] fields = line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            string[] port = fields.Length < 2 ? [] : fields[1].Split('/');
            if (port.Length != 2 || !ushort.TryParse(port[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
            {
                continue;
            }

            for (int i = 0; i < fields.Length; i++)
            {
                if (i != 1)
                {
                    _ = services.TryAdd((fields[i], port[1]), number);
                }
            }
        }

        _ = services.TryAdd(("http", "tcp"), 80);
        _ = services.TryAdd(("https", "tcp"), 443);
        return services;
    }

    private string[] Lines(string path) => Encoding.Latin1.GetString(Read(path) ?? []).Split('\n');

    /// <summary>The runtime takes names as UTF-8.</summary>
    private static string FileName(string path) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(path));
}
