using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Engine.Processes;

// How the files of this folder look at errno: at once after the call that failed.
internal static class SystemCall
{
    public static Errno LastError => (Errno)Marshal.GetLastSystemError();

    public static IOException Failure(string call) => Failure(call, LastError);

    public static IOException Failure(string call, Errno error) =>
        new($"{call}: {error.Describe()}");

    // Terminated by a NUL, as system calls want their strings.
    public static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
