using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Reflection;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>The program that this process runs, to be executed again.</summary>
public static class ProgramFile
{
    // The file that is executed: the program's own host, or dotnet. Asked once, at start: after an upgrade the kernel would name the file "… (deleted)".
    internal static readonly string HostPath = Environment.ProcessPath
        ?? throw new InvalidOperationException("/proc/self/exe cannot be read: is /proc mounted?");

    // As `dotnet x.dll` the host wants its assembly for first argument; a program's own host finds it by its name.
    private static readonly string? _assembly = string.Equals(Path.GetFileName(HostPath), "dotnet", StringComparison.Ordinal) ? AssemblyPath() : null;

    /// <summary>
    /// Executes this program anew in this very process: same pid, parent and inherited descriptors, new environment.
    /// </summary>
    /// <param name="title">What ps(1) shows in the place of the program.</param>
    /// <param name="arguments">What Main gets.</param>
    /// <param name="environment">NAME=value, the whole of it.</param>
    /// <param name="descriptors">Those that stay open, beside the standard streams.</param>
    /// <remarks>
    /// execve(2), so it does not return. The sockets by which this process could be debugged are removed first, for the
    /// runtime has no chance to do that any more.
    /// </remarks>
    /// <exception cref="IOException">The file cannot be executed (any more).</exception>
    [DoesNotReturn]
    public static unsafe void ExecuteAgain(string title, IEnumerable<string> arguments, IEnumerable<string> environment, IEnumerable<int> descriptors)
    {
        ArgumentNullException.ThrowIfNull(descriptors);
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        DiagnosticsSockets.Remove(Environment.ProcessId);
        Unix.FillStandardStreams();
        foreach (int descriptor in descriptors)
        {
            _ = Libc.fcntl(descriptor, Libc.F_SETFD, 0);
        }

        using NativeStrings argv = new(CommandLine(title, arguments));
        using NativeStrings envp = new(environment);
        fixed (byte* path = SystemCall.Terminated(HostPath))
        {
            _ = Libc.execve(path, (byte**)argv.Pointer, (byte**)envp.Pointer);
            throw SystemCall.Failure("execve");
        }
    }

    internal static IEnumerable<string> CommandLine(string title, IEnumerable<string> arguments) =>
        _assembly is null ? [title, .. arguments] : [title, _assembly, .. arguments];

    private static string AssemblyPath()
    {
        string name = Assembly.GetEntryAssembly()?.GetName().Name
            ?? throw new InvalidOperationException("the runtime was started by a foreign host");
        return Path.Combine(AppContext.BaseDirectory, name + ".dll");
    }
}
