using System;
using System.Collections.Generic;
using System.IO;

using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Logging;

/// <summary>The log files of a configuration by number: servers say the number, the logger has the file.</summary>
/// <remarks>Parent, logger and servers number them from the same configuration; a message carries its generation.</remarks>
internal sealed class LogNames
{
    /// <summary>The number of syslog, which is no file.</summary>
    public const ushort Syslog = ushort.MaxValue;

    /// <summary>The number of syslog for errors, which are said less loudly there (H-LOG-03).</summary>
    public const ushort SyslogErrors = ushort.MaxValue - 1;

    private readonly List<string> _files = [];
    private readonly Dictionary<string, ushort> _numbers = new(StringComparer.Ordinal);

    /// <summary>File names relative to the log directory; a file's place is its number.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Numbers each file once, whoever uses it and for what (H-LOG-04).</summary>
    public static LogNames Of(HttpdConfiguration configuration)
    {
        LogNames names = new();
        foreach (Settings settings in configuration.AllSettings())
        {
            names.Add(settings.Log);
        }

        return names;
    }

    /// <summary>The number of the access log that settings of this configuration name.</summary>
    public ushort NumberOf(LogSettings settings) => settings.Syslog ? Syslog : _numbers.GetValueOrDefault(Canonical(settings.Access));

    /// <summary>The number of their error log.</summary>
    public ushort NumberOfErrors(LogSettings settings) =>
        settings.Syslog ? SyslogErrors : _numbers.GetValueOrDefault(Canonical(settings.Error));

    /// <summary>Two spellings of a path are one file, and none leads out of the log directory (H-LOG-01).</summary>
    private static string Canonical(string file) => Path.GetFullPath(Path.Join("/", file))[1..];

    private void Add(LogSettings settings)
    {
        if (settings.Syslog)
        {
            return;
        }

        Add(settings.Access);
        Add(settings.Error);
    }

    private void Add(string file)
    {
        string canonical = Canonical(file);
        if (_numbers.TryAdd(canonical, (ushort)_files.Count))
        {
            _files.Add(canonical);
        }
    }
}
