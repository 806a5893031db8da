namespace Sluice.Daemon.Privsep.Messages;

/// <summary>What a role that may steer may ask of the parent, as its <see cref="SteeringUse"/> says.</summary>
public enum SteeringKind
{
    /// <summary>To read the configuration file again.</summary>
    Reload,

    /// <summary>To read another file, once, which comes with the request; the content is its name, for messages.</summary>
    Load,

    /// <summary>To change the configuration in use by what the content says, which the program understands.</summary>
    Amend,

    /// <summary>To log as the first byte of the content says: as <c>-v</c> given so many times.</summary>
    Verbosity,

    /// <summary>To end the daemon.</summary>
    Stop,

    /// <summary>To take up what the content says of a source of hosts; for a role that <see cref="SteeringUse.Feeds"/>.</summary>
    Feed,
}

/// <summary>What became of it.</summary>
public enum SteeringOutcome
{
    /// <summary>Nothing was changed.</summary>
    Refused,

    /// <summary>It was done, or has begun.</summary>
    Done,
}

/// <summary>Whether a role may ask for what concerns the daemon as a whole.</summary>
public enum SteeringUse
{
    /// <summary>It may not.</summary>
    None,

    /// <summary>It may, for operators that it has identified.</summary>
    Steers,

    /// <summary>It may say which hosts there are, and nothing else.</summary>
    Feeds,
}

/// <summary>When a role hears of a new configuration.</summary>
public enum ChangeOrder
{
    /// <summary>When those of <see cref="First"/> work by it, or have had time enough.</summary>
    Later,

    /// <summary>At once: the others depend on what it finds out.</summary>
    First,
}

/// <summary>What the parent answers.</summary>
/// <param name="Number">The number that the request was given.</param>
/// <param name="Outcome">Whether it was done.</param>
/// <param name="Text">What there is to say of it, one line or several.</param>
public readonly record struct SteeringResult(int Number, SteeringOutcome Outcome, string Text);
