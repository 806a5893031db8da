using System;
using System.IO;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Names;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Privsep.Parent;
using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Program;

/// <summary>
/// The first process: reads the command line and makes a parent with a clean environment, out of itself with <c>-d</c>,
/// in a session of its own otherwise; and the way from Main to what a process of the daemon is.
/// </summary>
internal static class Launcher
{
    /// <summary>Everything that Main does.</summary>
    public static int Run(DaemonProgram program, string[] arguments)
    {
        try
        {
            return ProcessEnvironment.Role switch
            {
                null => Launch(program, arguments),
                ProcessEnvironment.Parent => RunParent(program, arguments),
                ProcessEnvironment.Resolver => ResolverMain.Run(program),
                string role => ChildProcessMain.Run(program, role),
            };
        }
#pragma warning disable CA1031 // Main is where what must not go on ends.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Console.Error.WriteLine($"{program.Name}: {failure}");
            return 1;
        }
    }

    private static int Launch(DaemonProgram program, string[] arguments)
    {
        if (CommandLine.Parse(program, arguments, Console.Error) is not { } commandLine)
        {
            return 1;
        }

        if (commandLine.Mode == StartMode.Check)
        {
            return Check(program, commandLine);
        }

        if (!Unix.IsRoot)
        {
            return Fail(program, "need root privileges");
        }

        if (commandLine.Mode == StartMode.Background)
        {
            return LaunchInBackground(program, arguments);
        }

        Unix.HeedSignals();
        ProgramFile.ExecuteAgain(Title(program), arguments, ProcessEnvironment.OfParent(stateDescriptor: null), []);
        return 1;
    }

    private static int Check(DaemonProgram program, CommandLine commandLine)
    {
        if (program.Load(commandLine, running: null, HostNames.AskedHere(), Console.Error) is null)
        {
            return 1;
        }

        Console.Error.WriteLine("configuration OK");
        return 0;
    }

    private static int LaunchInBackground(DaemonProgram program, string[] arguments)
    {
        (Channel ours, Channel theirs) = Channel.CreatePair();
        ChildProcess? parent = ChildProcess.Spawn(
            new SpawnOptions(Title(program), ProcessEnvironment.OfParent(stateDescriptor: null))
            {
                Arguments = arguments,
                Descriptors = [theirs.Descriptor],
                Streams = StandardStreams.Null,
                Group = ProcessGroup.NewSession,
            },
            out Errno error);
        theirs.Dispose();
        if (parent is null)
        {
            return Fail(program, $"cannot start: {error.Describe()}");
        }

        using (ours)
        {
            return AwaitReady(ours, out bool hasExplained) ? 0
                : hasExplained ? 1
                : Fail(program, $"ended before it was ready: {parent.Wait().Describe()}");
        }
    }

    // Repeats what the parent says until it is ready, or ends.
    private static bool AwaitReady(Channel parent, out bool hasExplained)
    {
        hasExplained = false;
        StandardErrorOutput output = new();
        byte[] buffer = new byte[Channel.LongestMessage];
        while (true)
        {
            ChannelResult result = parent.Receive(buffer, out ReceivedDescriptors descriptors);
            descriptors.Dispose();
            if (result.Status != ChannelStatus.Done)
            {
                return false;
            }

            switch (Message.Read(buffer.AsSpan(0, result.LengthBytes)))
            {
                case Ready:
                    return true;
                case LogLines lines:
                    foreach (LogLine line in lines.Lines)
                    {
                        output.Write(line.Severity, line.Text.Span);
                        hasExplained |= line.Severity == Severity.Error;
                    }

                    break;
                default:
                    return false;
            }
        }
    }

    private static int RunParent(DaemonProgram program, string[] arguments)
    {
        // Checked by the launcher, which has also said what is to be said about it.
        if (CommandLine.Parse(program, arguments, TextWriter.Null) is not { } commandLine)
        {
            return 1;
        }

        ProcessTitle.SetShortName(program.Name);
        using EventLoop loop = new(new SystemClock());
        DaemonState state = Successor.Continue();
        StartReport report = commandLine.Mode == StartMode.Foreground
            ? StartReport.ToStandardError(commandLine.Verbosity)
            : StartReport.ToSystemLog(program.Name, loop, LauncherOf(state), commandLine.Verbosity);
        loop.Failed = failure => report.Log.Failure("parent failed", failure);
        return new ParentProcess(program, commandLine, loop, report, state).Run();
    }

    // A parent that took the place of another has no launcher any more.
    private static Channel? LauncherOf(DaemonState state) =>
        state.Generation == 0 ? Channel.Adopt(ChildProcess.FirstDescriptor) : null;

    private static string Title(DaemonProgram program) => $"{program.Name}: parent";

    private static int Fail(DaemonProgram program, string reason)
    {
        Console.Error.WriteLine($"{program.Name}: {reason}");
        return 1;
    }
}
