using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>Whether a message matches.</summary>
internal enum MatchResult
{
    No,
    Yes,

    /// <summary>Its host is none; nothing more is asked (R-FILTER-27).</summary>
    BadHost,
}

/// <summary>A part of a message that a rule compares or changes: how it is found, and what becomes of it.</summary>
/// <param name="action">What is done where the rule takes effect.</param>
internal abstract class Part(EntityAction action)
{
    public EntityAction Action => action;

    /// <summary>Whether it is a value to be written: then the rule matches whether the part is there or not (R-FILTER-47).</summary>
    protected bool IsWritten => action is EntityAction.Append or EntityAction.Set;

    /// <summary>Compares.</summary>
    /// <param name="message">The message.</param>
    /// <param name="binding">Gets what was found; has the key where the rule has many.</param>
    public abstract MatchResult Match(MessageView message, ref Binding binding);

    /// <summary>Changes, hashes or logs.</summary>
    /// <param name="run">What it is done with.</param>
    /// <param name="binding">What was found.</param>
    public abstract void Act(RuleRun run, in Binding binding);
}
