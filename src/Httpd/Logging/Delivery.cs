namespace Sluice.Httpd.Logging;

/// <summary>What became of handing lines on.</summary>
internal enum Delivery
{
    /// <summary>They are the receiver's now.</summary>
    Taken,

    /// <summary>The receiver takes nothing now: keep them, and try again.</summary>
    Refused,
}
