using System;

using Sluice.Engine;
using Sluice.Engine.Io;

namespace Sluice.Httpd.Logging;

/// <summary>One log file in the logger: writes through, and keeps a bounded rest while the disk takes nothing.</summary>
/// <param name="name">As the configuration has it, for what is said about it.</param>
internal sealed class LogFile(string name)
{
    /// <summary>Bytes kept while nothing can be written; lines beyond are dropped and counted.</summary>
    private const int MostKept = 1024 * 1024;

    private byte[] _kept = [];

    /// <summary>How much of the rest is filled, in bytes.</summary>
    private int _filled;

    private AppendFile _file;

    /// <summary>The name in the configuration.</summary>
    public string Name => name;

    /// <summary>The disk takes nothing, or only a part: the rest waits to be tried again.</summary>
    public bool IsBehind => _filled > 0;

    /// <summary>Why nothing could be written the last time.</summary>
    public Errno Error { get; private set; }

    /// <summary>Lines dropped since the file began to be behind.</summary>
    public long Dropped { get; private set; }

    /// <summary>What is written from now on goes to this descriptor, what is kept too.</summary>
    public void Open(AppendFile file) => _file = file;

    /// <summary>Writes whole lines, or keeps or drops what the disk does not take.</summary>
    public void Write(ReadOnlySpan<byte> lines)
    {
        if (!IsBehind)
        {
            lines = WriteOut(lines);
        }

        Keep(lines);
    }

    /// <summary>Writes what is kept.</summary>
    /// <returns>Lines that were dropped, once all is written; null while some is left.</returns>
    public long? Catch()
    {
        ReadOnlySpan<byte> rest = WriteOut(_kept.AsSpan(0, _filled));
        rest.CopyTo(_kept);
        _filled = rest.Length;
        if (IsBehind)
        {
            return null;
        }

        long dropped = Dropped;
        Dropped = 0;
        return dropped;
    }

    /// <summary>Writes what is kept a last time.</summary>
    /// <returns>Lines that are lost.</returns>
    public long GiveUp() => Catch() ?? (Dropped + _kept.AsSpan(0, _filled).Count((byte)'\n'));

    private ReadOnlySpan<byte> WriteOut(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            IoResult written = _file.Append(bytes);
            if (written.Error != Errno.None)
            {
                Error = written.Error;
                break;
            }

            bytes = bytes[written.Bytes..];
        }

        return bytes;
    }

    private void Keep(ReadOnlySpan<byte> lines)
    {
        if (_kept.Length == 0 && !lines.IsEmpty)
        {
            _kept = GC.AllocateUninitializedArray<byte>(MostKept);
        }

        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? lines : lines[..(end + 1)];
            if (line.Length <= MostKept - _filled)
            {
                line.CopyTo(_kept.AsSpan(_filled));
                _filled += line.Length;
            }
            else
            {
                Dropped++;
            }

            lines = lines[line.Length..];
        }
    }
}
