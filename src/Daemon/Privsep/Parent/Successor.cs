using System.IO;
using System.Linq;

using Sluice.Daemon.Program;
using Sluice.Daemon.Wire;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>The parent of another build that takes the place of this one: same process, same listeners.</summary>
internal static class Successor
{
    private const string MemoryName = "state";

    /// <summary>Executes the program anew; children are gone, connections wait in the listeners meanwhile.</summary>
    /// <exception cref="IOException">It cannot be executed.</exception>
    public static void Execute(DaemonProgram program, CommandLine commandLine, DaemonState state)
    {
        WireWriter writer = new();
        state.OfProgram = program.Memory;
        state.Write(writer);
        using SealedMemory memory = SealedMemory.Create(MemoryName, writer.Written);
        ProgramFile.ExecuteAgain(
            $"{program.Name}: parent",
            commandLine.Arguments,
            ProcessEnvironment.OfParent(memory.Descriptor),
            [
                memory.Descriptor,
                .. state.Listeners.SelectMany(listener => listener.Sockets).Select(socket => socket.Descriptor),
                .. state.Areas.All.Values.Select(pages => pages.Descriptor),
            ]);
    }

    /// <summary>The state that a predecessor left, or a new one.</summary>
    /// <exception cref="InvalidDataException">It cannot be understood; nothing of it is used.</exception>
    public static DaemonState Continue()
    {
        if (ProcessEnvironment.StateDescriptor is not { } descriptor)
        {
            return new DaemonState();
        }

        using SealedMemory memory = SealedMemory.Adopt(descriptor);
        return DaemonState.Read(memory.Read(), ListenSocket.Adopt)
            ?? throw new InvalidDataException("the state of the earlier build cannot be read");
    }
}
