using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;
using Sluice.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Native;

public sealed class LayoutTests
{
    [Fact]
    public void Structs_constants_and_errors_are_those_of_the_headers()
    {
        string output = Compile(CAssertions.Write());

        Assert.True(output.Length == 0, output);
    }

    [Fact]
    public void A_wrong_constant_does_not_compile()
    {
        string output = Compile(CAssertions.Write() + "_Static_assert(EPERM == 2, \"planted\");\n");

        Assert.Contains("planted", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_declarations_are_found()
    {
        string program = CAssertions.Write();

        Assert.Contains("sizeof(struct msghdr) == 56", program, StringComparison.Ordinal);
        Assert.Contains("offsetof(struct scmp_arg_cmp, datum_b) == 16", program, StringComparison.Ordinal);
        Assert.Contains("(long long)(SCMP_ACT_KILL_PROCESS) == 2147483648LL", program, StringComparison.Ordinal);
        Assert.Contains("EPIPE == 32", program, StringComparison.Ordinal);
        Assert.Contains(typeof(Libc), CAssertions.Libraries);
    }

    [Fact]
    public void Every_function_is_in_its_library() => Assert.All(CAssertions.Functions, Marshal.Prelink);

    // Inside the sandbox a function that was not found before cannot be called.
    [Fact]
    public void Every_library_is_preloaded()
    {
        HashSet<Type> declaring = [.. typeof(Libc).Assembly.GetTypes().Where(DeclaresNativeCalls)];

        Assert.True(declaring.SetEquals([.. Preload.NativeLibraries, .. Preload.NativeLibrariesOfRoles]));
    }

    private static bool DeclaresNativeCalls(Type type) => type
        .GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Any(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl) && method.DeclaringType!.Namespace == "Sluice.Engine.Native");

    // What the compiler has to say; nothing when all assertions hold.
    private static string Compile(string program)
    {
        Assert.True(File.Exists("/usr/bin/cc"), "this test compiles C: install gcc, libc6-dev, libcrypt-dev, libseccomp-dev and libssl-dev");
        ProcessStartInfo start = new("/usr/bin/cc", ["-fsyntax-only", "-x", "c", "-"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using Process compiler = Process.Start(start)!;
        using (StreamWriter input = compiler.StandardInput)
        {
            input.Write(program);
        }

        string output = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        return output;
    }
}
