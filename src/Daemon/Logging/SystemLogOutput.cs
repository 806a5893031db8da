using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Daemon.Logging;

/// <summary>
/// Lines to syslog(3), facility daemon; in the parent, which alone can connect anew when the system's logger was
/// restarted. What the logger does not take waits, up to a number of lines; what is beyond is counted and reported.
/// </summary>
/// <param name="program">The daemon's name.</param>
/// <param name="loop">For the time.</param>
/// <param name="path">The logger's socket.</param>
internal sealed class SystemLogOutput(string program, EventLoop loop, string path) : LogOutput
{
    /// <summary>Where the system's logger listens.</summary>
    public const string Socket = "/dev/log";

    /// <summary>How many lines wait at most.</summary>
    public const int Capacity = 1000;

    private const int FacilityDaemon = 3 << 3;

    // A logger's queue is short, unix(7): ten lines by default, so that what waits would else need minutes.
    private static readonly TimeSpan _busyPause = TimeSpan.FromMilliseconds(20);

    private readonly Queue<byte[]> _waiting = new();
    private Alarm? _retry;
    private LocalDatagram? _socket;
    private long _dropped;

    public override void Write(Severity severity, ReadOnlySpan<byte> text)
    {
        Flush();
        byte[] line = Format(severity, text);
        if (_waiting.Count > 0 || !TrySend(line))
        {
            Keep(line);
        }
    }

    /// <summary>Tries again what waits.</summary>
    public void Flush()
    {
        while (_waiting.TryPeek(out byte[]? line) && TrySend(line))
        {
            _ = _waiting.Dequeue();
        }

        if (_dropped > 0 && _waiting.Count == 0)
        {
            string report = string.Create(CultureInfo.InvariantCulture, $"{_dropped} log lines were dropped, the system's logger did not take them");
            if (TrySend(Format(Severity.Warning, Encoding.UTF8.GetBytes(report))))
            {
                _dropped = 0;
            }
        }
    }

    // RFC 3164 4.1, as syslog(3) writes it for a local logger.
    private byte[] Format(Severity severity, ReadOnlySpan<byte> text)
    {
        DateTimeOffset now = TimeZoneInfo.ConvertTime(loop.Utc, TimeZoneInfo.Local);
        byte[] head = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"<{FacilityDaemon | Level(severity)}>{now:MMM} {now.Day,2} {now:HH:mm:ss} {program}[{Environment.ProcessId}]: "));
        Span<byte> line = stackalloc byte[LineEncoding.LongestLine];
        return [.. head, .. line[..LineEncoding.Encode(text, line)]];
    }

    // syslog(3).
    private static int Level(Severity severity) => severity switch
    {
        Severity.Error => 3,
        Severity.Warning => 4,
        Severity.Info => 6,
        _ => 7,
    };

    private void Keep(byte[] line)
    {
        if (_waiting.Count < Capacity)
        {
            _waiting.Enqueue(line);
        }
        else
        {
            _dropped++;
        }
    }

    private bool TrySend(ReadOnlySpan<byte> line)
    {
        if (_socket is null && LocalDatagram.TryConnect(Encoding.UTF8.GetBytes(path), out _socket) != Errno.None)
        {
            return false;
        }

        switch (_socket!.TrySend(line))
        {
            case Errno.None:
                return true;
            case Errno.WouldBlock or Errno.NoBuffers:
                RetrySoon();
                return false;
            default:
                // The logger went away; its successor has another socket under the same name.
                _socket.Dispose();
                _socket = null;
                return false;
        }
    }

    private void RetrySoon()
    {
        _retry ??= new Alarm(Flush);
        _retry.Arm(loop.Timeouts(_busyPause));
    }
}
