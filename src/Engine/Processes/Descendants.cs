using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>What the children of this process leave behind: processes whose own parent has ended.</summary>
/// <remarks>prctl(2), PR_SET_CHILD_SUBREAPER: they become children of this process, whatever session or group they are in, and not init's.</remarks>
public static class Descendants
{
    // Of /proc/self/task/.../children: some ten thousand process ids.
    private const int MostBytes = 128 * 1024;

    /// <summary>From now on this process is the parent of those.</summary>
    /// <exception cref="IOException">The sandbox does not allow it.</exception>
    public static void Adopt()
    {
        if (Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
        {
            throw SystemCall.Failure("prctl(PR_SET_CHILD_SUBREAPER)");
        }
    }

    /// <summary>Takes note of the end of those that have ended, and ends, by SIGKILL, those that have left the session of whoever started them or outlived it.</summary>
    /// <param name="leaders">Process ids of this process' own children, each of which leads a session.</param>
    /// <returns>How many were ended by this call; what these had started is there the next time.</returns>
    public static int EndOrphans(IReadOnlySet<int> leaders)
    {
        ArgumentNullException.ThrowIfNull(leaders);
        int count = 0;
        foreach (int processId in Children())
        {
            if (leaders.Contains(processId) || HasEnded(processId) || leaders.Contains(Libc.getsid(processId)))
            {
                continue;
            }

            count++;
            _ = Libc.kill(processId, Libc.SIGKILL);
            _ = HasEnded(processId);
        }

        return count;
    }

    private static unsafe bool HasEnded(int processId)
    {
        int status;
        return Libc.waitpid(processId, &status, Libc.WNOHANG) > 0;
    }

    // All threads of the process: a child belongs to the one that started it, an orphan to the first.
    private static List<int> Children()
    {
        List<int> children = [];
        byte[] content = new byte[MostBytes];
        foreach (string task in Tasks())
        {
            int length = Read($"/proc/self/task/{task}/children", content);
            foreach (string word in Encoding.ASCII.GetString(content, 0, length).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (int.TryParse(word, CultureInfo.InvariantCulture, out int processId))
                {
                    children.Add(processId);
                }
            }
        }

        return children;
    }

    private static IEnumerable<string> Tasks()
    {
        foreach (string path in Directory.EnumerateDirectories("/proc/self/task"))
        {
            yield return Path.GetFileName(path);
        }
    }

    private static unsafe int Read(string path, byte[] content)
    {
        fixed (byte* name = SystemCall.Terminated(path))
        {
            int fd = Libc.open(name, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
            if (fd < 0)
            {
                return 0;
            }

            int length = 0;
            IoResult read;
            do
            {
                read = IoResult.Read(fd, content.AsSpan(length));
                length += read.Bytes;
            }
            while (read.Bytes > 0 && length < content.Length);
            _ = Libc.close(fd);
            return length;
        }
    }
}
