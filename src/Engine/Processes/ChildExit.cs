using System.Globalization;

namespace Sluice.Engine.Processes;

/// <summary>How a child ended; waitpid(2).</summary>
/// <param name="Status">What Main returned, 0 to 255; 0 where a signal ended it.</param>
/// <param name="Signal">The signal that ended it, or 0.</param>
public readonly record struct ChildExit(int Status, int Signal)
{
    // The signals that say something about a program of ours, signal(7); numbers are those of x86-64 and arm64.
    private static readonly (int Number, string Text)[] _signals =
    [
        (1, "SIGHUP, a hangup"),
        (2, "SIGINT, an interrupt"),
        (3, "SIGQUIT, a quit"),
        (4, "SIGILL, an illegal instruction"),
        (6, "SIGABRT, an unhandled exception or a failure of the runtime"),
        (7, "SIGBUS, a bus error"),
        (8, "SIGFPE, an arithmetic error"),
        (9, "SIGKILL, kill or lack of memory"),
        (11, "SIGSEGV, a bad memory access"),
        (13, "SIGPIPE, a broken pipe"),
        (15, "SIGTERM, a termination"),
        (31, "SIGSYS, a system call that its sandbox kills for"),
    ];

    /// <summary>Whether it ended by itself and without an error.</summary>
    public bool IsSuccess => this == default;

    /// <summary>The reason for a log line, such as "exited with status 1".</summary>
    public string Describe()
    {
        if (Signal == 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"exited with status {Status}");
        }

        foreach ((int number, string text) in _signals)
        {
            if (number == Signal)
            {
                return "killed by " + text;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"killed by signal {Signal}");
    }

    // The macros of sys/wait.h: the low seven bits are the signal, the second byte is the exit status.
    internal static ChildExit Decode(int waitStatus) => new((waitStatus >> 8) & 0xff, waitStatus & 0x7f);
}
