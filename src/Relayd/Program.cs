using Sluice.Relayd.Processes;

namespace Sluice.Relayd;

internal static class Program
{
    private static int Main(string[] arguments) => new RelaydProgram().Run(arguments);
}
