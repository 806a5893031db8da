namespace Sluice.Relayd.Health;

/// <summary>What a check says about its host.</summary>
internal enum Verdict
{
    /// <summary>Nothing: it could not be made for want of something of ours. What was known before holds.</summary>
    None,

    /// <summary>That nothing can be known, such as when the script is not there.</summary>
    Unknown,

    Down,

    Up,
}

/// <summary>What came of a check.</summary>
/// <param name="Result">What happened.</param>
/// <param name="Verdict">What it says about the host.</param>
/// <param name="HttpStatus">The status that was answered; 0 for none.</param>
internal readonly record struct CheckOutcome(CheckResult Result, Verdict Verdict, int HttpStatus)
{
    /// <summary>A result with the verdict that goes with it.</summary>
    public static CheckOutcome Of(CheckResult result, int httpStatus = 0) => new(result, VerdictOf(result), httpStatus);

    private static Verdict VerdictOf(CheckResult result) => result switch
    {
        CheckResult.None or CheckResult.Aborted or CheckResult.IntervalTimeout or CheckResult.TcpSocketError or CheckResult.TcpSocketLimit
            or CheckResult.TcpSocketOption or CheckResult.TlsConnectError => Verdict.None,
        CheckResult.IcmpOk or CheckResult.TcpConnectOk or CheckResult.TlsConnectOk or CheckResult.ScriptOk or CheckResult.SendExpectOk
            or CheckResult.HttpCodeOk or CheckResult.HttpDigestOk or CheckResult.DnsOk => Verdict.Up,
        _ => Verdict.Down,
    };
}
