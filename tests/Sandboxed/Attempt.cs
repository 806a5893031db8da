using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;

namespace Sluice.Sandboxed;

/// <summary>Makes a system call by its name, as code that an attacker brought along would.</summary>
internal static partial class Attempt
{
    private const int Arguments = 6;

    /// <summary>Finds the functions that are called later, while libraries can be loaded.</summary>
    public static void Prepare()
    {
        _ = Number("read");
        _ = Make("getpid", []);
        _ = ErrorName(1);
    }

    /// <summary>Makes the call.</summary>
    /// <param name="name">Its name in the kernel.</param>
    /// <param name="arguments">Numbers, and texts in double quotes, whose address is passed.</param>
    /// <returns>What it returned, or the name of the error.</returns>
    public static string Make(string name, string[] arguments)
    {
        List<nint> texts = [];
        nint[] values = [.. arguments.Select(argument => Value(argument, texts)), .. new nint[Arguments - arguments.Length]];
        nint result = syscall(Number(name), values[0], values[1], values[2], values[3], values[4], values[5]);
        int error = Marshal.GetLastSystemError();
        texts.ForEach(Marshal.FreeCoTaskMem);
        return result == -1 ? ErrorName(error) : result.ToString(CultureInfo.InvariantCulture);
    }

    private static nint Value(string argument, List<nint> texts)
    {
        if (!argument.StartsWith('"'))
        {
            return nint.Parse(argument, CultureInfo.InvariantCulture);
        }

        texts.Add(Marshal.StringToCoTaskMemUTF8(argument.Trim('"')));
        return texts[^1];
    }

    private static string ErrorName(int error) => Marshal.PtrToStringUTF8(strerrorname_np(error)) ?? "unknown";

    private static nint Number(string name)
    {
        int number = seccomp_syscall_resolve_name(name);
        return number >= 0 ? number : throw new ArgumentException("no such system call: " + name, nameof(name));
    }

    [LibraryImport("libc.so.6")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc.so.6")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint strerrorname_np(int error);

    [LibraryImport("libseccomp.so.2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int seccomp_syscall_resolve_name(string name);
}
