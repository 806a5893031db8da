using System;

using Sluice.Daemon.Wire;

namespace Sluice.Relayd.Health;

/// <summary>What a message about health says; between any two processes only some of them are said.</summary>
internal enum HealthMessageType
{
    HostCommand = 1,
    TableCommand = 2,
    Poll = 3,
    CommandAnswer = 4,
    HostChanged = 5,
    HostDown = 6,
    RunScript = 7,
    ScriptEnded = 8,
    HostFailed = 9,
    HostWithdrawn = 10,
    RedirectCommand = 11,
    BoardChanged = 12,
}

/// <summary>A message from or to hce: one message of a channel each, a byte for its type and then its fields.</summary>
internal abstract record HealthMessage(HealthMessageType Type)
{
    /// <summary>Bytes that hold any of them: the longest is a script's path and argument.</summary>
    public const int MostBytes = (2 * MostText) + 64;

    /// <summary>Bytes of a script's path, and of its argument.</summary>
    public const int MostText = 2048;

    /// <summary>Writes it.</summary>
    public void Write(WireWriter writer)
    {
        writer.Small((int)Type);
        WriteFields(writer);
    }

    /// <summary>The message; null where the bytes are none, and then nothing of them is believed.</summary>
    public static HealthMessage? Read(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        HealthMessage? message = (HealthMessageType)reader.Byte() switch
        {
            HealthMessageType.HostCommand => HostCommand.ReadFields(ref reader),
            HealthMessageType.TableCommand => TableCommand.ReadFields(ref reader),
            HealthMessageType.RedirectCommand => RedirectCommand.ReadFields(ref reader),
            HealthMessageType.BoardChanged => new BoardChanged(),
            HealthMessageType.Poll => Poll.ReadFields(ref reader),
            HealthMessageType.CommandAnswer => CommandAnswer.ReadFields(ref reader),
            HealthMessageType.HostChanged => HostChanged.ReadFields(ref reader),
            HealthMessageType.HostDown => HostDown.ReadFields(ref reader),
            HealthMessageType.HostWithdrawn => HostWithdrawn.ReadFields(ref reader),
            HealthMessageType.RunScript => RunScript.ReadFields(ref reader),
            HealthMessageType.HostFailed => HostFailed.ReadFields(ref reader),
            HealthMessageType.ScriptEnded => ScriptEnded.ReadFields(ref reader),
            _ => null,
        };
        return reader.IsWhole ? message : null;
    }

    protected abstract void WriteFields(WireWriter writer);

    /// <summary>A number that pairs a question and its answer; whoever asks counts.</summary>
    protected static long ReadNumber(ref WireReader reader) => reader.Number(0, long.MaxValue);

    /// <summary>A generation of the configuration.</summary>
    protected static uint ReadGeneration(ref WireReader reader) => (uint)reader.Number(0, uint.MaxValue);
}
