namespace Sluice.Relayd.Health;

/// <summary>What is known of a host.</summary>
internal enum HostState
{
    /// <summary>Nothing: it was never checked, or not since it was disabled.</summary>
    Unknown,

    /// <summary>Its last check succeeded.</summary>
    Up,

    /// <summary>Its last checks failed.</summary>
    Down,
}
