using System;
using System.Buffers.Binary;
using System.Linq;
using System.Reflection;

namespace Sluice.Daemon.Program;

/// <summary>Which build of the daemon a process runs: after an upgrade the files on disk are of another one.</summary>
internal static class BuildIdentity
{
    /// <summary>The same in two processes if and only if they loaded the same of our assemblies.</summary>
    /// <param name="program">The program's own assembly.</param>
    public static UInt128 Of(Assembly program)
    {
        UInt128 identity = ModuleVersion(program);
        foreach (AssemblyName reference in program.GetReferencedAssemblies()
            .Where(reference => reference.Name!.StartsWith("Sluice.", StringComparison.Ordinal))
            .OrderBy(reference => reference.Name, StringComparer.Ordinal))
        {
            identity = UInt128.RotateLeft(identity, 1) ^ ModuleVersion(Assembly.Load(reference));
        }

        return identity;
    }

    // The compiler makes it of the content, so it is the same for the same source.
    private static UInt128 ModuleVersion(Assembly assembly)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = assembly.ManifestModule.ModuleVersionId.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadUInt128LittleEndian(bytes);
    }
}
