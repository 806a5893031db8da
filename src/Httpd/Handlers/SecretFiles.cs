using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Httpd.Handlers;

/// <summary>Files that are never served: those of passwords, by their identity, so that no link and no other spelling leads to them.</summary>
/// <param name="loop">Its time.</param>
/// <param name="belief">How long what is known of them is believed.</param>
internal sealed class SecretFiles(EventLoop loop, TimeSpan belief)
{
    private readonly HashSet<(ulong Device, ulong Inode)> _identities = [];
    private byte[][] _paths = [];
    private TimeSpan _believedUntil = TimeSpan.MinValue;

    /// <summary>Names them.</summary>
    /// <param name="paths">Absolute, inside the chroot.</param>
    /// <returns>Whether these are others than before.</returns>
    public bool Set(IReadOnlyList<string> paths)
    {
        byte[][] before = _paths;
        _paths = [.. paths.Select(Bytes.Of)];
        _believedUntil = TimeSpan.MinValue;
        return before.Length != _paths.Length || before.Zip(_paths).Any(pair => !pair.First.AsSpan().SequenceEqual(pair.Second));
    }

    /// <summary>Whether it is one of them.</summary>
    public bool Holds(in FileStatus status)
    {
        if (_paths.Length == 0)
        {
            return false;
        }

        if (loop.Now >= _believedUntil)
        {
            Find();
        }

        return _identities.Contains((status.Device, status.Inode));
    }

    private void Find()
    {
        _identities.Clear();
        foreach (byte[] path in _paths)
        {
            if (Files.Stat(path, out FileStatus status) == Errno.None)
            {
                _identities.Add((status.Device, status.Inode));
            }
        }

        _believedUntil = loop.Now + belief;
    }
}
