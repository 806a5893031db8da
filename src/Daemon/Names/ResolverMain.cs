using System.Threading.Tasks;

using Sluice.Daemon.Program;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Names;

/// <summary>
/// Main of the process that looks names up while a configuration is read: as a user who owns nothing, side by side, and then it ends. Answers
/// of the DNS are read here and nowhere else.
/// </summary>
internal static class ResolverMain
{
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
        Lookups lookups = new(loop);
        int open = question.Sources.Count;
        foreach (HostSource source in question.Sources)
        {
            lookups.Begin(HostFinder.Of(source), answer =>
            {
                // The parent reads all along, so there is room; who waits here for a moment keeps nobody waiting.
                _ = parent.Send(HostMessages.Write(answer!));
                if (--open == 0)
                {
                    loop.Stop();
                }
            });
        }

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

    private static HostQuestion? Receive(Channel parent)
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
            return HostQuestion.Read(question.Read());
        }
    }
}
