using System.Collections.Generic;

using Sluice.Engine;
using Sluice.Engine.Io;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>Opens log files in the parent, for the one role that writes them.</summary>
internal static class LogFiles
{
    /// <summary>Opens all of them, or none.</summary>
    /// <param name="paths">Absolute.</param>
    /// <param name="failure">Which could not be opened, and why.</param>
    /// <returns>Null on failure; the caller closes them.</returns>
    public static IReadOnlyList<AppendFile>? Open(IReadOnlyList<string> paths, out string failure)
    {
        List<AppendFile> files = [];
        foreach (string path in paths)
        {
            Errno error = AppendFile.Open(path, out AppendFile file);
            if (error != Errno.None)
            {
                Close(files);
                failure = $"cannot write log file {path}: {error.Describe()}";
                return null;
            }

            files.Add(file);
        }

        failure = "";
        return files;
    }

    /// <summary>Closes them here; those who were given them keep their own.</summary>
    public static void Close(IReadOnlyList<AppendFile>? files)
    {
        foreach (AppendFile file in files ?? [])
        {
            file.Close();
        }
    }
}
