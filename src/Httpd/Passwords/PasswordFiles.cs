using System;
using System.Collections.Generic;

using Sluice.Daemon.Wire;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Passwords;

/// <summary>The password files of a configuration by number: servers say the number, the parent opens the file, and the auth process reads it.</summary>
internal sealed class PasswordFiles
{
    private readonly List<string> _all = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>Paths inside the chroot; a file's place is its number.</summary>
    public IReadOnlyList<string> All => _all;

    /// <summary>Numbers each file once, whoever uses it.</summary>
    public static PasswordFiles Of(HttpdConfiguration configuration)
    {
        PasswordFiles files = new();
        foreach (Settings settings in configuration.AllSettings())
        {
            if (settings.Authentication is { } authentication && files._numbers.TryAdd(authentication.File, files._all.Count))
            {
                files._all.Add(authentication.File);
            }
        }

        return files;
    }

    /// <summary>The number of the file that settings of this configuration name.</summary>
    public int NumberOf(Authentication authentication) => _numbers[authentication.File];

    /// <summary>The slice of the auth process.</summary>
    public ReadOnlySpan<byte> Write()
    {
        WireWriter writer = new();
        writer.Count(_all.Count);
        foreach (string path in _all)
        {
            writer.Latin1(path);
        }

        return writer.Written;
    }

    /// <summary>Reads it; null where it is something else.</summary>
    public static IReadOnlyList<string>? Read(ReadOnlySpan<byte> slice)
    {
        WireReader reader = new(slice);
        string[] paths = reader.List(static (ref reader) => reader.Latin1());
        return reader.IsWhole ? paths : null;
    }
}
