using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Io;

namespace Sluice.Daemon.Privsep;

/// <summary>Looks now and then whether files have changed. They are looked at by their paths: inotify(7) would not say that a link on the way leads elsewhere now.</summary>
internal sealed class FileWatch
{
    // A file that changed so shortly before it was read may have been read before that.
    private static readonly TimeSpan _doubt = TimeSpan.FromSeconds(10);

    private static readonly HashSet<string> _none = [];

    private readonly WatchedFile[] _files;

    /// <summary>Begins when the files have been read.</summary>
    /// <param name="paths">One character for each byte.</param>
    /// <param name="now">The time of day.</param>
    public FileWatch(IEnumerable<string> paths, DateTimeOffset now)
    {
        _files = [.. paths.Select(static path => new WatchedFile(path))];
        foreach (WatchedFile file in _files)
        {
            file.Look();
            file.Known = file.Last is { } seen && now - seen.Changed < _doubt ? default(FileStatus) : file.Last;
        }
    }

    /// <summary>Those that have changed since they were read, as soon as all rest: what belongs together is seldom replaced at once.</summary>
    public IReadOnlySet<string> Changed()
    {
        bool isResting = true;
        bool isChanged = false;
        foreach (WatchedFile file in _files)
        {
            isResting &= file.Look();
            isChanged |= file.IsChanged;
        }

        return isResting && isChanged ? _files.Where(static file => file.IsChanged).Select(static file => file.Path).ToHashSet(StringComparer.Ordinal) : _none;
    }

    /// <summary>What <see cref="Changed"/> found was dealt with: it counts as read.</summary>
    /// <param name="paths">What it found.</param>
    public void Accept(IReadOnlySet<string> paths)
    {
        foreach (WatchedFile file in _files.Where(file => paths.Contains(file.Path)))
        {
            file.Known = file.Last;
        }
    }

    private sealed class WatchedFile(string path)
    {
        private readonly byte[] _bytes = Encoding.Latin1.GetBytes(path);

        public string Path => path;

        /// <summary>As it was when it was read; null where it is not there.</summary>
        public FileStatus? Known { get; set; }

        /// <summary>As it was when it was looked at last.</summary>
        public FileStatus? Last { get; private set; }

        public bool IsChanged => Last != Known;

        /// <summary>Whether it is as it was.</summary>
        public bool Look()
        {
            FileStatus? before = Last;
            Last = Files.Stat(_bytes, out FileStatus status) == Errno.None ? status : null;
            return Last == before;
        }
    }
}
