namespace Sluice.Http.Codec;

/// <summary>What a parser made of the bytes it was shown.</summary>
public enum ParseStatus
{
    /// <summary>Nothing is wrong so far, and the message is not whole.</summary>
    NeedMore,

    /// <summary>The message, or the part asked for, is whole.</summary>
    Complete,

    /// <summary>No continuation of these bytes is acceptable; the reason is a <see cref="Rejection"/>.</summary>
    Rejected,
}
