using System;
using System.Runtime.InteropServices;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Program;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Children;

/// <summary>Main of a child: prepares, is told what it is, gives up its rights, works until its parent says so or is gone.</summary>
internal static class ChildProcessMain
{
    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>The whole life of a child.</summary>
    /// <returns>The exit status; 0 when the parent ended it or is gone.</returns>
    public static int Run(DaemonProgram program, string roleName)
    {
        if (program.Roles.Find(roleName) is not { } role)
        {
            Console.Error.WriteLine($"{program.Name}: {roleName} is no role of this program");
            return 1;
        }

        using Channel parent = Channel.Adopt(ChildProcess.FirstDescriptor);
        ParentOutput output = new(parent);
        try
        {
            return Run(program, role, parent, output);
        }
#pragma warning disable CA1031 // The end of Main; the parent says it where it can be read.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            new Log(output, 0).Failure($"{role.Describe(ProcessEnvironment.Instance)} failed", failure);
            output.Flush();
            return 1;
        }
    }

    private static int Run(DaemonProgram program, Role role, Channel parent, ParentOutput output)
    {
        using EventLoop loop = new(new SystemClock());
        ParentLink? link = null;

        // These come from terminals and from tools that mean the whole group; a child listens to its parent. TERM is
        // what an operator says to this very process.
        using SignalSource signals = new(
            loop,
            signal => link?.OnSignal(signal),
            PosixSignal.SIGHUP,
            PosixSignal.SIGINT,
            PosixSignal.SIGTERM,
            HostSignals.User1,
            HostSignals.User2);
        ProcessTitle.SetShortName(role.Name);
        _ = Preload.Run(program.GetType().Assembly);

        ChildStart start = new(parent, BuildIdentity.Of(program.GetType().Assembly));
        if (!start.Receive())
        {
            return 0;
        }

        Assignment assignment = start.Assignment!;
        program.WarmUp(role, assignment.Preparation);
        output.Statistics = start.Statistics;
        Log log = new(output, assignment.Verbosity);
        ChildContext context = new(role, ProcessEnvironment.Instance, loop, log, start.Statistics!, assignment.Preparation);
        link = new ParentLink(parent, context);
        int status = 0;
        loop.Failed = failure =>
        {
            start.Statistics!.CountFailedSession();
            log.Failure("a session failed", failure);
        };
        loop.TooManyFailures = () => status = End(loop, log, "too many sessions failed");
        loop.VitalFailed = () => status = End(loop, log, "it cannot work without that session");
        Sandbox.Enter(
            new SandboxProfile(role.Name, assignment.Root, assignment.UserId, assignment.GroupId, role.SyscallsOf(assignment.Preparation)) { Kept = role.Kept });

        link.TakeOver(start);
        loop.ReadClock();
        program.RunChild(context);
        link.Begin(_heartbeat, output);
        try
        {
            loop.Run();
        }
        finally
        {
            context.Ending();
        }

        output.Flush();
        return status;
    }

    // Gives the status that it ends with.
    private static int End(EventLoop loop, Log log, string reason)
    {
        log.Error($"{reason}: this process is replaced");
        loop.Stop();
        return 1;
    }
}
