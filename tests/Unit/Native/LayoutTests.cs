using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

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

        Assert.Contains("planted", output, System.StringComparison.Ordinal);
    }

    [Fact]
    public void The_declarations_are_found()
    {
        string program = CAssertions.Write();

        Assert.Contains("sizeof(struct msghdr) == 56", program, System.StringComparison.Ordinal);
        Assert.Contains("offsetof(struct scmp_arg_cmp, datum_b) == 16", program, System.StringComparison.Ordinal);
        Assert.Contains("(long long)(SCMP_ACT_KILL_PROCESS) == 2147483648LL", program, System.StringComparison.Ordinal);
        Assert.Contains("EPIPE == 32", program, System.StringComparison.Ordinal);
        Assert.Contains(typeof(Libc), CAssertions.Libraries);
    }

    [Fact]
    public void Every_function_is_in_its_library() => Assert.All(CAssertions.Functions, Marshal.Prelink);

    // What the compiler has to say; nothing when all assertions hold.
    private static string Compile(string program)
    {
        Assert.True(File.Exists("/usr/bin/cc"), "this test compiles C: install gcc, libc6-dev and libseccomp-dev");
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
