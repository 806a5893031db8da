using System;
using System.Collections.Generic;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers;

/// <summary>How much a server process keeps of what it serves.</summary>
internal sealed record FileCacheLimits
{
    /// <summary>The largest file that is kept in memory; larger ones are sent from their descriptor.</summary>
    public int LargestInMemory { get; init; } = 8 * 1024;

    /// <summary>Bytes of content kept in memory, in total.</summary>
    public long MemoryBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The largest file of which a copy is kept for answers that are encrypted: read(2) for each would cost more than to keep it.</summary>
    public int LargestCopy { get; init; } = 64 * 1024;

    /// <summary>Bytes of such copies, in total.</summary>
    public long CopiesBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Files kept in memory; bounds what many small ones cost beside their content.</summary>
    public int InMemory { get; init; } = 16 * 1024;

    /// <summary>Descriptors of larger files kept open.</summary>
    public int Open { get; init; } = DescriptorLimit.ShareOfFree(1024);

    /// <summary>Paths remembered to be a directory, missing or refused.</summary>
    public int Others { get; init; } = 1024;

    /// <summary>How long an entry is believed before the system is asked again.</summary>
    public TimeSpan Belief { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>Files by their path inside the chroot: content up to 8 KiB, descriptors above, and what is not there.</summary>
/// <remarks>One second after an entry was confirmed the next request for it asks the system by name again, so a
/// changed file is seen a second later at most. What was confirmed longest ago is forgotten first. Every list is
/// bounded, whatever clients ask for. Where there is no room, a file has to be asked for twice to take another's place: a walk
/// through a tree larger than the cache would else replace all of it by what nobody asks for again.</remarks>
internal sealed class FileCache
{
    private readonly Dictionary<byte[], CachedFile> _files = new(ByteKeys.Exact);
    private readonly Dictionary<byte[], CachedFile>.AlternateLookup<ReadOnlySpan<byte>> _byPath;
    private readonly FileCacheLimits _limits;
    private readonly EventLoop _loop;
    private readonly RecencyList _inMemory;
    private readonly RecencyList _open;
    private readonly RecencyList _others;
    private readonly RecentPaths _turnedAway;
    private readonly SecretFiles _secrets;

    /// <summary>Bytes of content kept in memory.</summary>
    private long _memoryBytes;

    /// <summary>Bytes of copies for answers that are encrypted.</summary>
    private long _copiesBytes;

    /// <summary>The last file that was not kept.</summary>
    private CachedFile? _passing;

    /// <summary>An empty cache.</summary>
    public FileCache(EventLoop loop, FileCacheLimits limits)
    {
        _loop = loop;
        _limits = limits;
        _byPath = _files.GetAlternateLookup<ReadOnlySpan<byte>>();
        _inMemory = new RecencyList(limits.InMemory);
        _open = new RecencyList(limits.Open);
        _others = new RecencyList(limits.Others);
        _turnedAway = new RecentPaths(limits.InMemory);
        _secrets = new SecretFiles(loop, limits.Belief);
    }

    /// <summary>How long an entry is believed.</summary>
    public TimeSpan Belief => _limits.Belief;

    /// <summary>From now on these are refused, by whatever path they are asked for (D-08).</summary>
    /// <param name="paths">Absolute, inside the chroot.</param>
    public void KeepSecret(IReadOnlyList<string> paths)
    {
        if (_secrets.Set(paths))
        {
            foreach (CachedFile file in _files.Values)
            {
                file.BelievedUntil = TimeSpan.MinValue;
            }
        }
    }

    /// <summary>What the path leads to. Never null, and valid until the next call unless it is held.</summary>
    /// <param name="path">Absolute, inside the chroot, without NUL.</param>
    public CachedFile Find(ReadOnlySpan<byte> path)
    {
        if (!_byPath.TryGetValue(path, out CachedFile? file))
        {
            return Load(path);
        }

        return _loop.Now < file.BelievedUntil ? file : Confirm(file);
    }

    /// <summary>
    /// The content of a file that has a descriptor, for an answer that is encrypted; asked for a second time, it is kept with the file. Empty
    /// where it is not kept.
    /// </summary>
    public ReadOnlyMemory<byte> Copy(CachedFile file)
    {
        if (!file.Copy.IsEmpty || !file.IsKept || file.Status.Length > _limits.LargestCopy)
        {
            return file.Copy;
        }

        if (!file.WasEncrypted || _copiesBytes + file.Status.Length > _limits.CopiesBytes)
        {
            file.WasEncrypted = true;
            return default;
        }

        byte[] content = new byte[file.Status.Length];
        if (TryRead(file.File!, content))
        {
            file.Copy = content;
            _copiesBytes += content.Length;
        }

        return file.Copy;
    }

    /// <summary>Closes descriptors that nobody sends from: the process has none left.</summary>
    public void CloseDescriptors()
    {
        while (_open.Oldest is { } file)
        {
            Forget(file);
        }
    }

    private CachedFile Confirm(CachedFile file)
    {
        Errno error = Files.Stat(file.Path, out FileStatus status);
        bool isSame = file.Kind switch
        {
            PathKind.Regular => error == Errno.None && status == file.Status && !_secrets.Holds(status),
            PathKind.Forbidden when error == Errno.None => _secrets.Holds(status),
            PathKind.Directory => error == Errno.None && status.Kind == FileKind.Directory,
            _ => error != Errno.None && KindOf(error) == file.Kind,
        };
        if (!isSame)
        {
            Forget(file);
            return Load(file.Path);
        }

        file.BelievedUntil = _loop.Now + _limits.Belief;
        file.List!.Confirm(file);
        return file;
    }

    private CachedFile Load(ReadOnlySpan<byte> path)
    {
        byte[] name = path.ToArray();
        _passing?.Forget();
        _passing = null;
        CachedFile file = Open(name);
        file.BelievedUntil = _loop.Now + _limits.Belief;
        if (!file.IsKept)
        {
            _passing = file;
        }
        else if (file.Kind != PathKind.Failed)
        {
            Keep(file);
        }

        return file;
    }

#pragma warning disable CA2000 // The entry owns the descriptor, or Read closes it.
    private CachedFile Open(byte[] path)
    {
        Errno error = Files.Open(path, Links.Follow, out OpenFile? file);
        if (error is Errno.DescriptorsExhausted or Errno.SystemDescriptorsExhausted)
        {
            CloseDescriptors();
            error = Files.Open(path, Links.Follow, out file);
        }

        if (file is null)
        {
            return new CachedFile { Path = path, Kind = KindOf(error) };
        }

        if (_secrets.Holds(file.Status))
        {
            file.Dispose();
            return new CachedFile { Path = path, Kind = PathKind.Forbidden };
        }

        DateTimeOffset modified = file.Status.Modified < _loop.Utc ? file.Status.Modified : _loop.Utc;
        bool isSmall = file.Status.Length <= _limits.LargestInMemory;
        bool hasRoom = isSmall
            ? _memoryBytes + file.Status.Length <= _limits.MemoryBytes && _inMemory.Count < _inMemory.Limit
            : _open.Count < _open.Limit;
        bool isKept = hasRoom || _turnedAway.Remember(path);
        return isSmall && isKept
            ? Read(path, file, modified)
            : new CachedFile { Path = path, Kind = PathKind.Regular, Status = file.Status, Modified = modified, File = file, IsKept = isKept };
    }
#pragma warning restore CA2000

    private static CachedFile Read(byte[] path, OpenFile file, DateTimeOffset modified)
    {
        byte[] content = new byte[file.Status.Length];
        bool isWhole = TryRead(file, content);
        file.Dispose();
        return isWhole
            ? new CachedFile { Path = path, Kind = PathKind.Regular, Status = file.Status, Modified = modified, Content = content }
            : new CachedFile { Path = path, Kind = PathKind.Failed };
    }

    private static bool TryRead(OpenFile file, byte[] content)
    {
        int filled = 0;
        while (filled < content.Length && file.Read(content.AsSpan(filled), filled) is { Bytes: > 0 } read)
        {
            filled += read.Bytes;
        }

        return filled == content.Length;
    }

    private void Keep(CachedFile file)
    {
        _files.Add(file.Path, file);
        _memoryBytes += file.Content.Length;
        ListFor(file).Add(file);
        while (_memoryBytes > _limits.MemoryBytes || _inMemory.IsOverfull)
        {
            Forget(_inMemory.Oldest!);
        }

        while (_open.IsOverfull)
        {
            Forget(_open.Oldest!);
        }

        while (_others.IsOverfull)
        {
            Forget(_others.Oldest!);
        }
    }

    private void Forget(CachedFile file)
    {
        _files.Remove(file.Path);
        _memoryBytes -= file.Content.Length;
        _copiesBytes -= file.Copy.Length;
        file.List!.Remove(file);
        file.Forget();
    }

    private RecencyList ListFor(CachedFile file) => file.Kind switch
    {
        PathKind.Regular when file.File is not null => _open,
        PathKind.Regular => _inMemory,
        _ => _others,
    };

    private static PathKind KindOf(Errno error) => error switch
    {
        Errno.IsDirectory => PathKind.Directory,
        Errno.NotFound or Errno.NotDirectory or Errno.NameTooLong => PathKind.Missing,
        Errno.AccessDenied or Errno.NotPermitted or Errno.NoSuchDevice => PathKind.Forbidden,
        _ => PathKind.Failed,
    };
}
