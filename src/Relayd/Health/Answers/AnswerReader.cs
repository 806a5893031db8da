using System;

namespace Sluice.Relayd.Health.Answers;

/// <summary>
/// Reads what a host answers, as it comes, and keeps nothing of it but what the judgement needs: whatever a host sends costs no memory.
/// </summary>
internal abstract class AnswerReader
{
    /// <summary>A new answer begins.</summary>
    public abstract void Begin();

    /// <summary>Takes the next bytes, however they are cut.</summary>
    /// <returns>True where nothing that could follow changes the judgement.</returns>
    public abstract bool Take(ReadOnlySpan<byte> bytes);

    /// <summary>What the answer says, as far as it has come.</summary>
    public abstract CheckOutcome Judge();
}
