using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;

using Sluice.Daemon.Program;
using Sluice.Daemon.Wire;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Names;

/// <summary>
/// Main of the process that looks names up while a configuration is read: as a user who owns nothing, side by side, and then it ends. Answers
/// of the DNS are read here and nowhere else.
/// </summary>
internal static class ResolverMain
{
    // A name server that does not answer holds one of these for many seconds.
    private const int MostAtOnce = 16;

    /// <summary>The whole life of the process.</summary>
    /// <returns>The exit status; 0 when all is answered, or the parent is gone.</returns>
    public static int Run(DaemonProgram program)
    {
        if (program.Roles.Find(NameResolver.RoleName) is not { } role)
        {
            return 1;
        }

        using Channel parent = Channel.Adopt(ChildProcess.FirstDescriptor);
        ProcessTitle.SetShortName(role.Name);
        _ = Preload.Run(program.GetType().Assembly);
        // The program's files need not be readable for the user that this process becomes; this one is in /etc/hosts, and asks nobody.
        _ = HostNames.Ask("localhost");
        if (Receive(parent) is not { } question)
        {
            return 0;
        }

        Sandbox.Enter(new SandboxProfile(role.Name, "/", question.UserId, question.GroupId, role.Syscalls));
        using EventLoop loop = new(new SystemClock());
        parent.Attach(loop);
        loop.SpawnVital(() => AwaitEnd(parent, loop));
        Work work = new(loop, parent, question.Names);
        WorkThread[] threads = [.. question.Names.Take(MostAtOnce).Select(_ => new WorkThread(loop, WorkPriority.Equal))];
        Array.ForEach(threads, work.Next);

        loop.Run();
        return 0;
    }

    // The parent says nothing more; when it is gone nobody wants to know.
    private static async ValueTask AwaitEnd(Channel parent, EventLoop loop)
    {
        while (!IsGone(parent))
        {
            _ = await parent.Readable();
        }

        loop.Stop();
    }

    private static bool IsGone(Channel parent)
    {
        ChannelResult result = parent.TryReceive(new byte[1], out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        return result.Status != ChannelStatus.Again;
    }

    private static NameQuestion? Receive(Channel parent)
    {
        byte[] message = new byte[1];
        ChannelResult result = parent.Receive(message, out ReceivedDescriptors descriptors);
        using (descriptors)
        {
            if (result.Status != ChannelStatus.Done || !descriptors.TryTake(out int descriptor))
            {
                return null;
            }

            using SealedMemory question = SealedMemory.Adopt(descriptor);
            return NameQuestion.Read(question.Read());
        }
    }

    private sealed class Work(EventLoop loop, Channel parent, IReadOnlyList<string> names)
    {
        private readonly WireWriter _writer = new();
        private int _next;
        private int _answered;

        public void Next(WorkThread thread)
        {
            if (_next == names.Count)
            {
                return;
            }

            string name = names[_next++];
            IReadOnlyList<IPAddress> addresses = [];
            thread.Begin(
                () => addresses = HostNames.Ask(name),
                () =>
                {
                    Answer(new NameAnswer(name, addresses));
                    Next(thread);
                });
        }

        // The parent reads all along, so there is room; who waits here for a moment keeps nobody waiting.
        private void Answer(NameAnswer answer)
        {
            _writer.Clear();
            answer.Write(_writer);
            _ = parent.Send(_writer.Written);
            if (++_answered == names.Count)
            {
                loop.Stop();
            }
        }
    }
}
