using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>What ps(1) shows of a process.</summary>
/// <remarks>
/// The line that it shows is the first argument, which <see cref="SpawnOptions.Title"/> and
/// <see cref="ProgramFile.ExecuteAgain"/> give; here is the short name beside it, which top(1) and the kernel's messages use.
/// </remarks>
public static class ProcessTitle
{
    /// <summary>Names the main thread, and with it the process; from Main, for each thread has its own.</summary>
    /// <param name="name">The kernel keeps 15 bytes; prctl(2).</param>
    public static unsafe void SetShortName(string name)
    {
        fixed (byte* text = SystemCall.Terminated(name))
        {
            _ = Libc.prctl(Libc.PR_SET_NAME, (nuint)text, 0, 0, 0);
        }
    }
}
