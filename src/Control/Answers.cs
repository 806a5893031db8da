using Sluice.Daemon.Wire;

namespace Sluice.Control;

/// <summary>How a request ended.</summary>
public enum Outcome
{
    /// <summary>It was done, or there was nothing to do.</summary>
    Done,

    /// <summary>It was not done: what it names does not exist or may not be told, or the configuration was refused.</summary>
    Failed,

    /// <summary>Only root may ask for it.</summary>
    NotPermitted,

    /// <summary>The daemon does not understand it.</summary>
    NotUnderstood,
}

/// <summary>The last reply to a request.</summary>
/// <param name="Outcome">How it ended.</param>
public sealed record End(Outcome Outcome) : Reply(ReplyType.End)
{
    internal static End ReadFields(ref WireReader reader) => new((Outcome)reader.Small((int)Outcome.NotUnderstood));

    private protected override void WriteFields(WireWriter writer) => writer.Small((int)Outcome);
}

/// <summary>What a parser says, or a text that was asked for; parts of one text follow each other.</summary>
/// <param name="Text">At most <see cref="LongestText"/> bytes, as characters of Latin-1.</param>
public sealed record TextRow(string Text) : Reply(ReplyType.Text)
{
    /// <summary>Bytes of the longest text.</summary>
    public const int LongestText = 8192;

    internal static TextRow ReadFields(ref WireReader reader) => new(reader.Latin1());

    private protected override void WriteFields(WireWriter writer) => writer.Latin1(Text);
}
