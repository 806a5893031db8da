using System;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Wire;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Program;

/// <summary>
/// The parent's log, and its word to whoever waits for the daemon to be up: with <c>-d</c> nobody, else the launcher,
/// which also repeats on its terminal what goes wrong until then.
/// </summary>
internal sealed class StartReport
{
    private readonly SystemLogOutput? _systemLog;
    private readonly WireWriter _writer = new();

    // To the launcher, until it knows enough.
    private Channel? _launcher;

    private StartReport(LogOutput output, int verbosity)
    {
        Log = new Log(output, verbosity);
    }

    private StartReport(SystemLogOutput systemLog, Channel? launcher, int verbosity)
    {
        _systemLog = systemLog;
        _launcher = launcher;
        Log = new Log(new BothOutputs(this), verbosity);
    }

    public Log Log { get; }

    /// <summary>With <c>-d</c>.</summary>
    public static StartReport ToStandardError(int verbosity) =>
        new(new StandardErrorOutput(), verbosity);

    /// <summary>In the background.</summary>
    /// <param name="program">The daemon's name.</param>
    /// <param name="loop">The parent's.</param>
    /// <param name="launcher">Null where nobody waits: this parent took another's place.</param>
    /// <param name="verbosity">That of the command line.</param>
    public static StartReport ToSystemLog(string program, EventLoop loop, Channel? launcher, int verbosity) =>
        new(new SystemLogOutput(program, loop, SystemLogOutput.Socket), launcher, verbosity);

    /// <summary>The daemon is up: the launcher may say so and leave.</summary>
    public void Ready()
    {
        if (_launcher is not null)
        {
            Tell(new Ready(1));
            Leave();
        }
    }

    /// <summary>The daemon ends; a launcher that waits still leaves with status 1.</summary>
    public void Failed()
    {
        Leave();
        _systemLog?.Flush();
    }

    /// <summary>A second has passed.</summary>
    public void Tick() => _systemLog?.Flush();

    private void Leave()
    {
        _launcher?.Dispose();
        _launcher = null;
    }

    private void Tell(Message message)
    {
        _writer.Clear();
        message.Write(_writer);
        _ = _launcher!.TrySend(_writer.Written);
    }

    private sealed class BothOutputs(StartReport report) : LogOutput
    {
        public override void Write(Severity severity, ReadOnlySpan<byte> text)
        {
            report._systemLog!.Write(severity, text);
            if (report._launcher is not null && severity >= Severity.Warning)
            {
                report.Tell(new LogLines(0, 0, [new LogLine(severity, text[..Math.Min(text.Length, LineEncoding.LongestLine)].ToArray())]));
            }
        }
    }
}
