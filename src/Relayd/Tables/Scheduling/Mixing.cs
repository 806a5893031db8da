namespace Sluice.Relayd.Tables.Scheduling;

/// <summary>Turns numbers into others that look random: the finalizer of SplitMix64. For spreading, not against guessing.</summary>
internal static class Mixing
{
    /// <summary>The odd number nearest to 2^64 divided by the golden ratio: multiples of it are spread evenly.</summary>
    public const ulong Step = 0x9e3779b97f4a7c15;

    /// <summary>A permutation of all numbers.</summary>
    public static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
            value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
            return value ^ (value >> 31);
        }
    }
}
