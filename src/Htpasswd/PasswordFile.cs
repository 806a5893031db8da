using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Io;

namespace Sluice.Htpasswd;

/// <summary>Puts an entry into a password file (H-AUTH-14).</summary>
internal static class PasswordFile
{
    private const int MostNamed = 5;
    private const int LargestFile = 64 * 1024 * 1024;

    /// <summary>Replaces the lines of the entry's name by its line, or adds it.</summary>
    /// <param name="path">The file; created where it is missing.</param>
    /// <param name="entry">A hashed entry.</param>
    /// <param name="warnings">Told of others whose hashes should be better.</param>
    /// <returns>What is wrong; null when it is done.</returns>
    public static string? Store(string path, Entry entry, TextWriter warnings)
    {
        Errno error = LockedFile.Open(path, out LockedFile? opened);
        using LockedFile? file = opened;
        if (file is null)
        {
            return error == Errno.WouldBlock ? $"cannot lock password file: {path}" : $"cannot open password file {path}: {error.Describe()}";
        }

        if (file.Status.Length > LargestFile)
        {
            return $"{path} is larger than 64 MiB";
        }

        byte[] content = new byte[file.Status.Length];
        int filled = 0;
        while (filled < content.Length && file.Read(content.AsSpan(filled), filled) is { Bytes: > 0 } read)
        {
            filled += read.Bytes;
        }

        byte[] changed = Change(content.AsSpan(0, filled), entry, out IReadOnlyList<string> outdated);
        error = file.Replace(changed);
        if (error != Errno.None)
        {
            return $"cannot write password file {path}: {error.Describe()}";
        }

        Warn(outdated, warnings);
        return null;
    }

    /// <summary>The content with the entry's line at its end, and without others of its name; the rest stays in its order.</summary>
    /// <param name="content">Before.</param>
    /// <param name="entry">A hashed entry.</param>
    /// <param name="outdated">Names whose hash is not bcrypt.</param>
    public static byte[] Change(ReadOnlySpan<byte> content, Entry entry, out IReadOnlyList<string> outdated)
    {
        List<byte> changed = new(content.Length + entry.Line.Length + 1);
        List<string> names = [];
        while (!content.IsEmpty)
        {
            int end = content.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? content : content[..end];
            content = end < 0 ? default : content[(end + 1)..];
            int colon = line.IndexOf((byte)':');
            if (colon >= 0 && line[..colon].SequenceEqual(entry.Login))
            {
                continue;
            }

            changed.AddRange(line);
            changed.Add((byte)'\n');
            if (colon >= 0 && !IsBcrypt(line[(colon + 1)..]))
            {
                names.Add(Encoding.Latin1.GetString(line[..colon]));
            }
        }

        changed.AddRange(entry.Line);
        outdated = names;
        return [.. changed];
    }

    private static bool IsBcrypt(ReadOnlySpan<byte> hash) => hash.StartsWith("$2a$"u8) || hash.StartsWith("$2b$"u8) || hash.StartsWith("$2y$"u8);

    private static void Warn(IReadOnlyList<string> names, TextWriter warnings)
    {
        for (int index = 0; index < int.Min(names.Count, MostNamed); index++)
        {
            warnings.WriteLine($"htpasswd: {Visible(names[index])}: the hash is not bcrypt; set the password anew");
        }

        if (names.Count > MostNamed)
        {
            warnings.WriteLine($"htpasswd: {names.Count - MostNamed} more hashes are not bcrypt");
        }
    }

    // A name of the file may hold what a terminal takes for a command.
    private static string Visible(string name)
    {
        StringBuilder visible = new(name.Length);
        foreach (char letter in name)
        {
            visible.Append(letter is < ' ' or >= '\x7f' ? '?' : letter);
        }

        return visible.ToString();
    }
}
