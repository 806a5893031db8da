using System;

using Sluice.Daemon.Wire;

namespace Sluice.Relayd.Health;

/// <summary>hce → script: a check script is to be run. The answer is <see cref="ScriptEnded"/>.</summary>
/// <param name="Number">That of the question, from 0.</param>
/// <param name="Path">The program; without a slash it is searched for.</param>
/// <param name="Argument">Its only argument: the host's name as it was written.</param>
/// <param name="Timeout">How long it may run; in whole milliseconds, at least one.</param>
internal sealed record RunScript(long Number, string Path, string Argument, TimeSpan Timeout) : HealthMessage(HealthMessageType.RunScript)
{
    public static RunScript ReadFields(ref WireReader reader)
    {
        RunScript message = new(
            ReadNumber(ref reader), reader.Latin1(), reader.Latin1(), TimeSpan.FromMilliseconds(reader.Number(1, int.MaxValue)));
        if (!IsText(message.Path) || !IsText(message.Argument))
        {
            reader.Fail();
        }

        return message;
    }

    protected override void WriteFields(WireWriter writer)
    {
        writer.Number(Number);
        writer.Latin1(Path);
        writer.Latin1(Argument);
        writer.Number((long)Timeout.TotalMilliseconds);
    }

    // A NUL would end the string that the program gets, and so change it.
    private static bool IsText(string text) => text.Length is > 0 and <= MostText && !text.Contains('\0', StringComparison.Ordinal);
}

/// <summary>How a check script ended.</summary>
internal enum ScriptEnd
{
    /// <summary>By itself.</summary>
    Exited,

    /// <summary>By a signal.</summary>
    Killed,

    /// <summary>Its time was over, and it was killed with all that it had started.</summary>
    TimedOut,

    /// <summary>It is not there, or must not be executed.</summary>
    NotExecutable,

    /// <summary>It was not begun: too many others run, or the system has no process or memory left.</summary>
    NotBegun,
}

/// <summary>script → hce: a check script has ended, or was not begun.</summary>
/// <param name="Number">That of the question.</param>
/// <param name="End">How.</param>
/// <param name="Status">With which status it exited, 0 to 255; 0 where it did not.</param>
internal sealed record ScriptEnded(long Number, ScriptEnd End, int Status) : HealthMessage(HealthMessageType.ScriptEnded)
{
    public static ScriptEnded ReadFields(ref WireReader reader) =>
        new(ReadNumber(ref reader), (ScriptEnd)reader.Small((int)ScriptEnd.NotBegun), reader.Byte());

    protected override void WriteFields(WireWriter writer)
    {
        writer.Number(Number);
        writer.Small((int)End);
        writer.Byte((byte)Status);
    }
}
