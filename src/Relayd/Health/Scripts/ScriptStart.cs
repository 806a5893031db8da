using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Configuration;
using Sluice.Engine;
using Sluice.Engine.Processes;

namespace Sluice.Relayd.Health.Scripts;

/// <summary>Starts a check script (R-CHECK-22, -25).</summary>
internal static class ScriptStart
{
    /// <summary>Where a program without a slash in its name is looked for, and what it has as its own PATH.</summary>
    public const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    // All that a script has of an environment; it says nothing of ours.
    private static readonly string[] _environment =
    [
        "PATH=" + SearchPath,
        "HOME=/",
        "SHELL=/bin/sh",
        "LANG=C",
        .. Environment.GetEnvironmentVariable("TZ") is { } zone ? ["TZ=" + zone] : Array.Empty<string>(),
    ];

    /// <summary>Starts it in <c>/</c>, in a session of its own, with its standard streams from and to /dev/null.</summary>
    /// <param name="path">As the configuration has it.</param>
    /// <param name="argument">Its only one.</param>
    /// <param name="failure">Why it was not begun, where the result is null.</param>
    public static ChildProcess? Spawn(string path, string argument, out ScriptEnd failure)
    {
        failure = ScriptEnd.NotExecutable;
        foreach (string file in Candidates(Text(path)))
        {
            ChildProcess? child = Spawn(file, Text(path), [Text(argument)], out Errno error);
            if (error == Errno.NotExecutable)
            {
                // A text without "#!" is the shell's, as execvp(3) has it.
                child = Spawn("/bin/sh", "sh", [file, Text(argument)], out error);
            }

            if (child is not null)
            {
                return child;
            }

            failure = End(error);
            if (failure == ScriptEnd.NotBegun)
            {
                return null;
            }
        }

        return null;
    }

    private static ChildProcess? Spawn(string file, string title, IReadOnlyList<string> arguments, out Errno error) => ChildProcess.Spawn(
        new SpawnOptions(title, _environment)
        {
            File = file,
            Arguments = arguments,
            Streams = StandardStreams.Null,
            Group = ProcessGroup.NewSession,
        },
        out error);

    private static IEnumerable<string> Candidates(string path) =>
        path.Contains('/', StringComparison.Ordinal) ? [path] : SearchPath.Split(':').Select(directory => $"{directory}/{path}");

    // What is wrong with the file, or for want of what the system does not have now.
    private static ScriptEnd End(Errno error) => error is Errno.WouldBlock or Errno.OutOfMemory or Errno.DescriptorsExhausted
        or Errno.SystemDescriptorsExhausted or Errno.TextBusy or Errno.Interrupted
        ? ScriptEnd.NotBegun
        : ScriptEnd.NotExecutable;

    // The bytes of the configuration as a string of Unicode, which is passed on as the same bytes.
    private static string Text(string configured) => Encoding.UTF8.GetString(Bytes.Of(configured));
}
