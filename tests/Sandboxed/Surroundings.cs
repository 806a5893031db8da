using System;
using System.Collections;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Sluice.Sandboxed;

/// <summary>What this process was given.</summary>
internal static partial class Surroundings
{
    private const int SetFlags = 2;

    /// <summary>One line a thing: name=value.</summary>
    public static string Describe(string[] arguments)
    {
        string[] fields = ["SigBlk", "SigIgn", "NSsid", "NSpgid"];
        string[] status = File.ReadAllLines("/proc/self/status");
        return string.Join('\n',
        [
            "pid=" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            "title=" + File.ReadAllText("/proc/self/cmdline").Split('\0')[0],
            "arguments=" + string.Join(' ', arguments),
            "environment=" + string.Join(' ', Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .Select(static entry => $"{entry.Key}={entry.Value}").Order(StringComparer.Ordinal)),
            "inherited=" + string.Join(' ', Inherited().Order(StringComparer.Ordinal)),
            "output=" + new FileInfo("/proc/self/fd/1").LinkTarget,
            .. status.Where(line => fields.Contains(line.Split(':')[0], StringComparer.Ordinal))
                .Select(static line => line.Replace(":\t", "=", StringComparison.Ordinal)),
        ]);
    }

    /// <summary>Lets a descriptor survive execve.</summary>
    public static void Inherit(int descriptor) => _ = fcntl(descriptor, SetFlags, 0);

    // The runtime opens its own close-on-exec; what is not so was inherited.
    private static string[] Inherited() =>
        [.. Directory.GetFiles("/proc/self/fd").Select(static path => Path.GetFileName(path)).Where(IsInherited)];

    private static bool IsInherited(string descriptor)
    {
        string information = $"/proc/self/fdinfo/{descriptor}";
        if (!File.Exists(information))
        {
            return false;
        }

        string flags = File.ReadLines(information).First(static line => line.StartsWith("flags:", StringComparison.Ordinal));
        return (Convert.ToInt32(flags[6..].Trim(), 8) & 0x80000) == 0;
    }

    [LibraryImport("libc.so.6")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int fcntl(int fd, int command, nint argument);
}
