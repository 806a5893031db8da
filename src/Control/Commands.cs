using System.Net;

using Sluice.Daemon.Wire;

namespace Sluice.Control;

/// <summary>What is done with a host, a table or a redirection.</summary>
public enum CommandWord
{
    /// <summary><c>host enable</c>.</summary>
    EnableHost,

    /// <summary><c>host disable</c>.</summary>
    DisableHost,

    /// <summary><c>host drain</c>.</summary>
    DrainHost,

    /// <summary><c>host undrain</c>.</summary>
    UndrainHost,

    /// <summary><c>host remove</c>; for root alone.</summary>
    RemoveHost,

    /// <summary><c>table enable</c>.</summary>
    EnableTable,

    /// <summary><c>table disable</c>.</summary>
    DisableTable,

    /// <summary><c>redirect enable</c>.</summary>
    EnableRedirect,

    /// <summary><c>redirect disable</c>.</summary>
    DisableRedirect,
}

/// <summary>A command about one object. The answer is an <see cref="End"/>.</summary>
/// <param name="Word">What is to happen.</param>
/// <param name="Target">With which.</param>
public sealed record CommandRequest(CommandWord Word, Target Target) : Request(RequestType.Command)
{
    internal static CommandRequest ReadFields(ref WireReader reader) =>
        new((CommandWord)reader.Small((int)CommandWord.DisableRedirect), Target.Read(ref reader));

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Small((int)Word);
        Target.Write(writer);
    }
}

/// <summary><c>host add</c>; for root alone. The answer is an <see cref="End"/>, with a <see cref="TextRow"/> before it where the host is refused.</summary>
/// <param name="Table">To which table.</param>
/// <param name="Address">Whose.</param>
/// <param name="Weight">1 to 255.</param>
/// <param name="Retry">Failed checks that are tolerated.</param>
/// <param name="Ttl">Hop limit of checks, 1 to 255; 0 for the system's.</param>
public sealed record AddHostRequest(Target Table, IPAddress Address, int Weight, int Retry, int Ttl) : Request(RequestType.AddHost)
{
    internal static AddHostRequest ReadFields(ref WireReader reader) => new(
        Target.Read(ref reader), reader.Address(), (int)reader.Number(1, byte.MaxValue), reader.Number(), reader.Byte());

    private protected override void WriteFields(WireWriter writer)
    {
        Table.Write(writer);
        writer.Address(Address);
        writer.Number(Weight);
        writer.Count(Retry);
        writer.Small(Ttl);
    }
}

/// <summary><c>poll</c>. The answer is an <see cref="End"/>, before the checks have come to theirs.</summary>
public sealed record PollRequest() : Request(RequestType.Poll);

/// <summary>How much is logged.</summary>
public enum LogWord
{
    /// <summary><c>log brief</c>.</summary>
    Brief,

    /// <summary><c>log verbose</c>.</summary>
    Verbose,
}

/// <summary><c>log</c>. The answer is an <see cref="End"/>.</summary>
/// <param name="Word">How much.</param>
public sealed record LogRequest(LogWord Word) : Request(RequestType.Log)
{
    internal static LogRequest ReadFields(ref WireReader reader) => new((LogWord)reader.Small((int)LogWord.Verbose));

    private protected override void WriteFields(WireWriter writer) => writer.Small((int)Word);
}

/// <summary><c>load</c>; for root alone. The file's descriptor comes with it. The answer is a <see cref="TextRow"/> for what the parser says, if
/// anything, and an <see cref="End"/>.</summary>
/// <param name="Path">What messages call the file; nothing is opened by it. At most <see cref="ControlProtocol.LongestPath"/> bytes, as characters of Latin-1.</param>
public sealed record LoadRequest(string Path) : Request(RequestType.Load)
{
    internal static LoadRequest ReadFields(ref WireReader reader)
    {
        string path = reader.Latin1();
        if (path.Length is 0 or > ControlProtocol.LongestPath)
        {
            reader.Fail();
        }

        return new LoadRequest(path);
    }

    private protected override void WriteFields(WireWriter writer) => writer.Latin1(Path);
}

/// <summary><c>reload</c>; for root alone. Answered as a <see cref="LoadRequest"/>.</summary>
public sealed record ReloadRequest() : Request(RequestType.Reload);

/// <summary><c>purge</c>; for root alone. A daemon that runs refuses it, for the rules are its own; where none runs relayctl does it.</summary>
public sealed record PurgeRequest() : Request(RequestType.Purge);

/// <summary><c>stop</c>; for root alone. The answer is the end of the connection.</summary>
public sealed record StopRequest() : Request(RequestType.Stop);
