using System;
using System.Collections.Generic;
using System.Globalization;

using Sluice.Engine;
using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Passwords;

namespace Sluice.Httpd.Passwords;

/// <summary>A password file as the auth process has it.</summary>
/// <param name="path">Inside the chroot.</param>
/// <param name="warn">Tells the operator what is wrong with the file: once for each change of it.</param>
internal sealed class HeldFile(string path, Action<string> warn)
{
    /// <summary>The largest file that is read.</summary>
    public const int Largest = 8 * 1024 * 1024;

    private const int MostNamedLines = 5;
    private const int ReadableByOthers = 0x24;

    private Errno _error = Errno.None;

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Its number in the newest configuration; -1 where that has it no more.</summary>
    public int Index { get; set; } = -1;

    /// <summary>Until when it counts as unchanged.</summary>
    public TimeSpan BelievedUntil { get; set; } = TimeSpan.MinValue;

    /// <summary>The parent was asked for it, and has not answered.</summary>
    public bool IsAskedFor { get; set; }

    /// <summary>What waits for the parent's answer.</summary>
    public List<Question> Waiting { get; } = [];

    /// <summary>What is in it; null where it cannot be read.</summary>
    public PasswordText? Text { get; private set; }

    /// <summary>It cannot be opened: nobody comes in (H-AUTH-08).</summary>
    public void SetError(Errno error)
    {
        Replace(text: null);
        if (error != _error)
        {
            _error = error;
            warn($"password file {path}: {error.Describe()}: everybody is refused");
        }
    }

    /// <summary>It was opened: reads it where it is another one, or was changed.</summary>
    /// <returns>False where it is being changed right now: it must be asked for again before long.</returns>
    public bool Read(OpenFile file)
    {
        FileIdentity identity = FileIdentity.Of(file.Status);
        if (Text is not null && Text.Identity == identity)
        {
            return true;
        }

        if (file.Status.Length > Largest)
        {
            SetError(Errno.FileTooLarge);
            return true;
        }

        SecretBytes content = new((int)file.Status.Length);
        int filled = 0;
        while (filled < content.Span.Length && file.Read(content.Span[filled..], filled) is { Bytes: > 0 } read)
        {
            filled += read.Bytes;
        }

        bool isStable = file.Stat(out FileStatus status) == Errno.None && FileIdentity.Of(status) == identity;
        _error = Errno.None;
        Replace(new PasswordText(content, filled, identity));
        if (isStable)
        {
            Examine(file.Status);
        }

        return isStable;
    }

    /// <summary>No configuration has it any more.</summary>
    public void Forget() => Replace(text: null);

    private void Replace(PasswordText? text)
    {
        Text?.Release();
        Text = text;
    }

    private void Examine(in FileStatus status)
    {
        if ((status.Mode & ReadableByOthers) != 0)
        {
            warn($"password file {path}: its group or others may read it; nobody but its owner needs to: chmod 600");
        }

        PasswordHash hash = new();
        int useless = 0;
        PasswordLines lines = new(Text!.Span);
        while (lines.TryNext())
        {
            string? fault = hash.UseOf(lines.Hash) switch
            {
                HashUse.Unknown when lines.Hash.EndsWith("\r"u8) => "it ends in a carriage return",
                HashUse.Unknown => "there is no hash of a known kind",
                HashUse.TooCostly => "the hash takes too long to compare",
                _ when lines.Hash.EndsWith("\r"u8) => "it ends in a carriage return",
                _ => null,
            };
            if (fault is not null && ++useless <= MostNamedLines)
            {
                warn(string.Create(CultureInfo.InvariantCulture, $"password file {path}: line {lines.Number}: {fault}: its user is refused"));
            }
        }

        if (useless > MostNamedLines)
        {
            warn(string.Create(CultureInfo.InvariantCulture, $"password file {path}: {useless - MostNamedLines} more lines are of no use"));
        }
    }
}

/// <summary>The content of a password file, cleared when neither the file nor a check has it any more.</summary>
/// <param name="content">What was read; owned.</param>
/// <param name="length">Bytes of it that are the file.</param>
/// <param name="identity">Which file it was.</param>
internal sealed class PasswordText(SecretBytes content, int length, in FileIdentity identity)
{
    private int _holders = 1;

    /// <summary>Which file it was.</summary>
    public FileIdentity Identity { get; } = identity;

    /// <summary>The content.</summary>
    public ReadOnlySpan<byte> Span => content.Span[..length];

    /// <summary>A check begins to read it.</summary>
    public void Hold() => _holders++;

    /// <summary>Whoever held it is done.</summary>
    public void Release()
    {
        if (--_holders == 0)
        {
            content.Clear();
        }
    }
}

/// <summary>What tells a file from another one, and from itself before a change.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Length, DateTimeOffset Modified, DateTimeOffset Changed)
{
    /// <summary>That of a file.</summary>
    public static FileIdentity Of(in FileStatus status) => new(status.Device, status.Inode, status.Length, status.Modified, status.Changed);

    /// <summary>Writes it where it is hashed.</summary>
    /// <param name="destination">Five numbers.</param>
    public void Write(Span<byte> destination)
    {
        BitConverter.TryWriteBytes(destination, Device);
        BitConverter.TryWriteBytes(destination[8..], Inode);
        BitConverter.TryWriteBytes(destination[16..], Length);
        BitConverter.TryWriteBytes(destination[24..], Modified.UtcTicks);
        BitConverter.TryWriteBytes(destination[32..], Changed.UtcTicks);
    }
}
