using System.Collections.Generic;

namespace Sluice.Htpasswd;

/// <summary>What htpasswd(1) is asked to do.</summary>
/// <param name="File">The file that is changed; null for standard output.</param>
/// <param name="Login">The name; null with <c>-I</c>, where name and password come on standard input.</param>
internal sealed record CommandLine(string? File, string? Login)
{
    /// <summary>Null for what is no use of it.</summary>
    public static CommandLine? Parse(IReadOnlyList<string> arguments)
    {
        bool isBatch = false;
        int next = 0;
        while (next < arguments.Count && arguments[next] is ['-', _, ..] option)
        {
            next++;
            if (option is "--")
            {
                break;
            }

            if (option is not "-I")
            {
                return null;
            }

            isBatch = true;
        }

        return (isBatch, arguments.Count - next) switch
        {
            (true, 0) => new CommandLine(File: null, Login: null),
            (true, 1) => new CommandLine(arguments[next], Login: null),
            (false, 1) => new CommandLine(File: null, arguments[next]),
            (false, 2) => new CommandLine(arguments[next], arguments[next + 1]),
            _ => null,
        };
    }
}
