using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>Loads what a process will need while it can still open files.</summary>
/// <remarks>
/// After chroot an assembly or library that is not loaded yet is missing, and the time zone becomes UTC without a word.
/// Compiling is not touched by that: methods are not prepared, for their code comes from assemblies that are loaded.
/// </remarks>
public static class Preload
{
    // Found by the runtime through reflection, for the file names and lines of stack traces.
    private static readonly string[] _hidden = ["System.Diagnostics.StackTrace", "System.Reflection.Metadata"];

    // By name: to look through all types of an assembly would load every one of them.
    internal static IReadOnlyList<Type> NativeLibraries { get; } = [typeof(Libc), typeof(Seccomp)];

    // Of some roles only, whose warm-up resolves them: each is memory of the process.
    internal static IReadOnlyList<Type> NativeLibrariesOfRoles { get; } = [typeof(OpenSsl), typeof(Crypt), typeof(Nftables)];

    /// <summary>Loads all that the program refers to, resolves our native calls, and warms up the rest.</summary>
    /// <param name="entry">The program.</param>
    /// <param name="warmUp">What the role adds, such as one handshake in memory.</param>
    /// <returns>How long it took.</returns>
    public static TimeSpan Run(Assembly entry, Action? warmUp = null)
    {
        ArgumentNullException.ThrowIfNull(entry);
        long start = Stopwatch.GetTimestamp();
        Load(entry);
        foreach (Type library in NativeLibraries)
        {
            ResolveNativeCalls(library);
        }

        Touch();
        warmUp?.Invoke();
        return Stopwatch.GetElapsedTime(start);
    }

    // Breadth first over all references.
    private static void Load(Assembly entry)
    {
        HashSet<string> seen = [entry.FullName!];
        Queue<Assembly> queue = new([entry]);
        foreach (string name in _hidden)
        {
            queue.Enqueue(Assembly.Load(name));
        }

        while (queue.TryDequeue(out Assembly? assembly))
        {
            foreach (AssemblyName reference in assembly.GetReferencedAssemblies())
            {
                if (seen.Add(reference.FullName))
                {
                    queue.Enqueue(Assembly.Load(reference));
                }
            }
        }
    }

    internal static void ResolveNativeCalls(Type library)
    {
        const BindingFlags declared = BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (MethodInfo method in library.GetMethods(declared))
        {
            if (method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
            {
                Marshal.Prelink(method);
            }
        }
    }

    // Each opens something at its first use: the zone's file, /dev/urandom, the library that unpacks the symbols which are
    // embedded in our assemblies. A trace itself would cost more than all the rest, and finds all it needs loaded.
    private static void Touch()
    {
        _ = TimeZoneInfo.Local.GetUtcOffset(DateTimeOffset.UnixEpoch);
        _ = Guid.NewGuid();
        _ = Errno.None.Describe();
        using DeflateStream symbols = new(Stream.Null, CompressionMode.Decompress);
        _ = symbols.Read(new byte[1]);
        GC.Collect();
    }
}
