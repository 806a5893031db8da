using System;
using System.IO;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>The doors for debuggers and profilers that the runtime opens in the temporary directory.</summary>
/// <remarks>
/// Whoever may write to them can run code in the process, so ours run with DOTNET_EnableDiagnostics=0. That is read from
/// the environment alone: a process that was started without it has them, and must remove them before it executes itself.
/// </remarks>
public static class DiagnosticsSockets
{
    /// <summary>The environment that keeps the runtime from opening any.</summary>
    public const string Disabled = "DOTNET_EnableDiagnostics=0";

    /// <summary>Whether this process was started with <see cref="Disabled"/>.</summary>
    public static bool AreDisabled => Environment.GetEnvironmentVariable("DOTNET_EnableDiagnostics") is "0";

    /// <summary>Removes those of a process that is gone or about to be, as far as they can be removed.</summary>
    /// <remarks>
    /// What stays does no harm: nobody listens there any more. It may be an earlier process's of the same number, in a
    /// folder that cannot be written to (any more), or that is not there at all.
    /// </remarks>
    public static void Remove(int processId)
    {
        string folder = Path.GetTempPath();
        if (Directory.Exists(folder))
        {
            Remove(folder, $"dotnet-diagnostic-{processId}-*");
            Remove(folder, $"clr-debug-pipe-{processId}-*");
        }
    }

    private static unsafe void Remove(string folder, string pattern)
    {
        foreach (string path in Directory.GetFiles(folder, pattern))
        {
            fixed (byte* name = SystemCall.Terminated(path))
            {
                _ = Libc.unlink(name);
            }
        }
    }
}
