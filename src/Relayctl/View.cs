using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>Prints the answer of the daemon, reply by reply.</summary>
internal abstract class View
{
    /// <summary>Prints a reply that is not the last.</summary>
    public abstract void Show(Reply reply);

    /// <summary>Prints what belongs behind the last one.</summary>
    /// <returns>The exit status.</returns>
    public abstract int End(Outcome outcome);

    /// <summary>Lets everything out that was printed.</summary>
    public abstract void Flush();
}
