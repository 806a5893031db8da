using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Httpd.Logging;

namespace Sluice.Httpd.Processes;

/// <summary>The logger: the only process that writes log files, and it does nothing else.</summary>
/// <remarks>It may write to the descriptors that the parent opened and gave it, receive from the servers and speak
/// to the parent. It opens no file, has no socket to the network, and runs as <c>www</c> in the chroot.</remarks>
internal sealed class LoggerProcess
{
    /// <summary>How many sets of log files are known: servers hold eight configurations (D-32), and may be late to take the newest ones.</summary>
    private const int MostNumberings = 16;

    /// <summary>How long after a failed write it is tried again; a second disk that fills waits as long.</summary>
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(1);

    private readonly ChildContext _context;
    private readonly Dictionary<string, LogFile> _files = new(StringComparer.Ordinal);

    // By the generation from which on numbers mean these files. However many reloads leave the files as they are, what servers said long before is still understood.
    private readonly List<(uint Since, LogFile[] Files)> _numberings = [];
    private readonly Alarm _catchUp;

    private LoggerProcess(ChildContext context)
    {
        _context = context;
        _catchUp = new Alarm(CatchUp);
    }

    /// <summary>Puts the process to work.</summary>
    public static void Run(ChildContext context)
    {
        LoggerProcess logger = new(context);
        logger.TakeConfiguration();
        context.Reconfigured = logger.TakeConfiguration;
        context.LogFilesChanged = logger.TakeFiles;
        Inbox inbox = new(context.Loop, logger.Write);
        context.PeerConnected = inbox.Serve;
        context.Stopping = () =>
        {
            // The servers are gone, and what they said last may not have been taken yet.
            inbox.Drain();
            logger.GiveUp();
            context.End();
        };
        foreach (Peer server in context.Peers("server"))
        {
            inbox.Serve(server);
        }
    }

    /// <summary>The names of the files that the logger's slice of a configuration holds.</summary>
    public static string[] ReadNames(ReadOnlySpan<byte> payload) =>
        payload.IsEmpty ? [] : Encoding.Latin1.GetString(payload).Split('\n');

    /// <summary>The logger's slice of a configuration: the names of its log files, whose place is their number.</summary>
    public static byte[] WriteNames(IEnumerable<string> names) => Encoding.Latin1.GetBytes(string.Join('\n', names));

    private void TakeConfiguration()
    {
        string[] names = ReadNames(_context.Payload.Span);
        LogFile[] files = new LogFile[names.Length];
        for (int number = 0; number < names.Length; number++)
        {
            if (!_files.TryGetValue(names[number], out LogFile? file))
            {
                file = new LogFile(names[number]);
                _files.Add(names[number], file);
            }

            files[number] = file;
        }

        if (_numberings.Count == 0 || !_numberings[^1].Files.AsSpan().SequenceEqual(files))
        {
            _numberings.Add((_context.Generation, files));
        }

        if (_numberings.Count > MostNumberings)
        {
            _numberings.RemoveAt(0);
        }

        TakeFiles();
    }

    private void TakeFiles()
    {
        LogFile[] files = _numberings[^1].Files;
        for (int number = 0; number < files.Length; number++)
        {
            files[number].Open(new AppendFile(_context.LogFiles[number]));
        }
    }

    private void Write(ReadOnlySpan<byte> message)
    {
        if (!LogBatch.TryReadHeader(ref message, out uint generation, out uint dropped))
        {
            return;
        }

        if (dropped > 0)
        {
            _context.Log.Warning($"{dropped} access log lines were dropped: the logger did not keep up");
        }

        LogFile[]? files = FilesOf(generation);
        while (LogBatch.TryReadRun(ref message, out ushort number, out ReadOnlySpan<byte> lines))
        {
            switch (number)
            {
                case LogNames.Syslog:
                    ForEach(lines, _context.Log.Info);
                    break;
                case LogNames.SyslogErrors:
                    ForEach(lines, line => _context.Log.Repeat(Severity.Debug, line));
                    break;
                default:
                    if (files is not null && number < files.Length)
                    {
                        WriteFile(files[number], lines);
                    }

                    // With -d -vv the lines are seen on standard error too.
                    ForEach(lines, _context.Log.Debug);
                    break;
            }
        }
    }

    private LogFile[]? FilesOf(uint generation)
    {
        int index = _numberings.Count - 1;
        while (index >= 0 && unchecked((int)(generation - _numberings[index].Since)) < 0)
        {
            index--;
        }

        return index < 0 ? null : _numberings[index].Files;
    }

    private void WriteFile(LogFile file, ReadOnlySpan<byte> lines)
    {
        bool wasBehind = file.IsBehind;
        file.Write(lines);
        if (file.IsBehind && !wasBehind)
        {
            _context.Log.Error($"{file.Name}: {file.Error.Describe()}; lines are kept and written when it is possible again");
            if (!_catchUp.IsArmed)
            {
                _catchUp.Arm(_context.Loop.Timeouts(_retry));
            }
        }
    }

    private void CatchUp()
    {
        bool areBehind = false;
        foreach (LogFile file in _files.Values)
        {
            if (!file.IsBehind)
            {
                continue;
            }

            if (file.Catch() is { } dropped)
            {
                _context.Log.Warning($"{file.Name}: written again, {dropped} lines were dropped meanwhile");
            }
            else
            {
                areBehind = true;
            }
        }

        if (areBehind)
        {
            _catchUp.Arm(_context.Loop.Timeouts(_retry));
        }
    }

    /// <summary>What no disk takes by now is lost, and somebody has to know.</summary>
    private void GiveUp()
    {
        foreach (LogFile file in _files.Values)
        {
            long lost = file.GiveUp();
            if (lost > 0)
            {
                _context.Log.Error($"{file.Name}: {file.Error.Describe()}; {lost} lines are lost");
            }
        }
    }

    private static void ForEach(ReadOnlySpan<byte> lines, LineTaker take)
    {
        foreach (Range line in lines.Split((byte)'\n'))
        {
            if (!lines[line].IsEmpty)
            {
                take(lines[line]);
            }
        }
    }

    private delegate void LineTaker(ReadOnlySpan<byte> line);
}
