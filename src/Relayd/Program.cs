using System;
using System.IO;

using Sluice.Daemon.Program;
using Sluice.Relayd.Processes;

namespace Sluice.Relayd;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        RelaydProgram program = new();
        if (CommandLine.Parse(program, arguments, TextWriter.Null) is { Mode: not StartMode.Check })
        {
            Console.Error.WriteLine("relayd: this version checks configurations only: use relayd -n");
            return 1;
        }

        return program.Run(arguments);
    }
}
