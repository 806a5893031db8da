using Sluice.Daemon.Wire;

namespace Sluice.Relayd.Health;

/// <summary>What an operator does with a host.</summary>
internal enum HostAction
{
    /// <summary>It is checked, and serves when it is up.</summary>
    Enable,

    /// <summary>It is not checked, and gets no new session; its counters begin anew.</summary>
    Disable,

    /// <summary>It gets no new session, is checked on, and its sessions go on.</summary>
    Drain,

    /// <summary>It gets sessions again.</summary>
    Undrain,
}

/// <summary>What an operator does with a table, or with a redirection and its tables.</summary>
internal enum TableAction
{
    /// <summary>Its hosts are checked, and serve when they are up.</summary>
    Enable,

    /// <summary>Its hosts are not checked, and none of them serves.</summary>
    Disable,
}

/// <summary>control → hce: the operator's word about a host. The answer is <see cref="CommandAnswer"/>.</summary>
/// <param name="Number">That of the question, from 0.</param>
/// <param name="Generation">The configuration whose id it is; hce refuses where it has another, and control asks again when it has that one.</param>
/// <param name="Action">What is to happen.</param>
/// <param name="HostId">Whom; with a parent whose state others share, them too. A host with a parent is refused.</param>
internal sealed record HostCommand(long Number, uint Generation, HostAction Action, int HostId) : HealthMessage(HealthMessageType.HostCommand)
{
    public static HostCommand ReadFields(ref WireReader reader) => new(
        ReadNumber(ref reader), ReadGeneration(ref reader), (HostAction)reader.Small((int)HostAction.Undrain), reader.Number());

    protected override void WriteFields(WireWriter writer)
    {
        writer.Number(Number);
        writer.Number(Generation);
        writer.Small((int)Action);
        writer.Count(HostId);
    }
}

/// <summary>control → hce: the operator's word about a table. The answer is <see cref="CommandAnswer"/>.</summary>
/// <param name="Number">That of the question, from 0.</param>
/// <param name="Generation">As of <see cref="HostCommand"/>.</param>
/// <param name="Action">What is to happen.</param>
/// <param name="TableId">Which.</param>
internal sealed record TableCommand(long Number, uint Generation, TableAction Action, int TableId) : HealthMessage(HealthMessageType.TableCommand)
{
    public static TableCommand ReadFields(ref WireReader reader) => new(
        ReadNumber(ref reader), ReadGeneration(ref reader), (TableAction)reader.Small((int)TableAction.Disable), reader.Number());

    protected override void WriteFields(WireWriter writer)
    {
        writer.Number(Number);
        writer.Number(Generation);
        writer.Small((int)Action);
        writer.Count(TableId);
    }
}

/// <summary>control → hce: the operator's word about a redirection. The answer is <see cref="CommandAnswer"/>.</summary>
/// <param name="Number">That of the question, from 0.</param>
/// <param name="Generation">As of <see cref="HostCommand"/>.</param>
/// <param name="Action">What is to happen, with its tables as well.</param>
/// <param name="RedirectId">Which.</param>
internal sealed record RedirectCommand(long Number, uint Generation, TableAction Action, int RedirectId) : HealthMessage(HealthMessageType.RedirectCommand)
{
    public static RedirectCommand ReadFields(ref WireReader reader) => new(
        ReadNumber(ref reader), ReadGeneration(ref reader), (TableAction)reader.Small((int)TableAction.Disable), reader.Number());

    protected override void WriteFields(WireWriter writer)
    {
        writer.Number(Number);
        writer.Number(Generation);
        writer.Small((int)Action);
        writer.Count(RedirectId);
    }
}

/// <summary>hce → pfe: the board says something else of a host or a redirection than before. It is one message for however many.</summary>
internal sealed record BoardChanged() : HealthMessage(HealthMessageType.BoardChanged)
{
    protected override void WriteFields(WireWriter writer)
    {
    }
}

/// <summary>control → hce: all hosts are to be checked now. The answer is <see cref="CommandAnswer"/>, before their results.</summary>
/// <param name="Number">That of the question, from 0.</param>
internal sealed record Poll(long Number) : HealthMessage(HealthMessageType.Poll)
{
    public static Poll ReadFields(ref WireReader reader) => new(ReadNumber(ref reader));

    protected override void WriteFields(WireWriter writer) => writer.Number(Number);
}

/// <summary>hce → control: what became of a command. What it changed stands on the board by then.</summary>
/// <param name="Number">That of the question.</param>
/// <param name="Outcome">What came of it.</param>
internal sealed record CommandAnswer(long Number, CommandOutcome Outcome) : HealthMessage(HealthMessageType.CommandAnswer)
{
    public static CommandAnswer ReadFields(ref WireReader reader) =>
        new(ReadNumber(ref reader), (CommandOutcome)reader.Small((int)CommandOutcome.OtherGeneration));

    protected override void WriteFields(WireWriter writer)
    {
        writer.Number(Number);
        writer.Small((int)Outcome);
    }
}

/// <summary>What came of a command.</summary>
internal enum CommandOutcome
{
    /// <summary>It is so now, or was so before.</summary>
    Done,

    /// <summary>There is no such host or table, or it may not be asked for: a host that shares a parent's state.</summary>
    Refused,

    /// <summary>hce works by another configuration.</summary>
    OtherGeneration,
}

/// <summary>hce → control: a host has another state now, which relayctl(8) <c>monitor</c> shows.</summary>
/// <param name="HostId">Which, of the newest configuration.</param>
/// <param name="State">The new one.</param>
internal sealed record HostChanged(int HostId, HostState State) : HealthMessage(HealthMessageType.HostChanged)
{
    public static HostChanged ReadFields(ref WireReader reader) => new(reader.Number(), (HostState)reader.Small((int)HostState.Down));

    protected override void WriteFields(WireWriter writer)
    {
        writer.Count(HostId);
        writer.Small((int)State);
    }
}

/// <summary>hce → relay: a host went down, for those relays that close their sessions then. Its state stands on the board already.</summary>
/// <param name="Place">Its place on the board.</param>
internal sealed record HostDown(int Place) : HealthMessage(HealthMessageType.HostDown)
{
    public static HostDown ReadFields(ref WireReader reader) => new(reader.Number());

    protected override void WriteFields(WireWriter writer) => writer.Count(Place);
}

/// <summary>relay → hce: so many sessions in a row failed at a host as its <c>failures</c> say. It is one message for all of these.</summary>
/// <param name="Place">The host's place on the board.</param>
internal sealed record HostFailed(int Place) : HealthMessage(HealthMessageType.HostFailed)
{
    public static HostFailed ReadFields(ref WireReader reader) => new(reader.Number());

    protected override void WriteFields(WireWriter writer) => writer.Count(Place);
}

/// <summary>hce → relay: the operator took a host out of service, which stands on the board already. Its sessions go on, and idle connections to it are of no use.</summary>
/// <param name="Place">Its place on the board.</param>
internal sealed record HostWithdrawn(int Place) : HealthMessage(HealthMessageType.HostWithdrawn)
{
    public static HostWithdrawn ReadFields(ref WireReader reader) => new(reader.Number());

    protected override void WriteFields(WireWriter writer) => writer.Count(Place);
}
