using System;

namespace Sluice.Relayd.Health;

/// <summary>What came of a check (R-CHECK-30): the values are upstream's up to <see cref="HttpDigestOk"/>, and stand on the board.</summary>
internal enum CheckResult
{
    None,
    Aborted,
    IntervalTimeout,
    IcmpOk,
    IcmpReadTimeout,
    IcmpWriteTimeout,
    TcpSocketError,
    TcpSocketLimit,
    TcpSocketOption,
    TcpConnectFailed,
    TcpConnectTimeout,
    TcpConnectOk,
    TcpWriteTimeout,
    TcpWriteFailed,
    TcpReadTimeout,
    TcpReadFailed,
    ScriptOk,
    ScriptFailed,
    TlsConnectError,
    TlsConnectFailed,
    TlsConnectOk,
    TlsConnectTimeout,
    TlsReadTimeout,
    TlsWriteTimeout,
    TlsReadError,
    TlsWriteError,
    SendExpectFailed,
    SendExpectOk,
    HttpCodeMalformed,
    HttpCodeMismatch,
    HttpCodeOk,
    HttpDigestMalformed,
    HttpDigestMismatch,
    HttpDigestOk,

    /// <summary>The answer says that the name is there, or that it is not.</summary>
    DnsOk,

    /// <summary>No answer came.</summary>
    DnsTimeout,

    /// <summary>The answer says that the server cannot answer, or nobody is there.</summary>
    DnsFailed,
}

/// <summary>The words for <see cref="CheckResult"/>, which stand in the log and in relayctl(8).</summary>
internal static class CheckResultText
{
    private static readonly string[] _texts =
    [
        "none",
        "aborted",
        "interval timeout",
        "icmp ok",
        "icmp read timeout",
        "icmp write timeout",
        "tcp socket error",
        "tcp socket limit",
        "tcp socket option",
        "tcp connect failed",
        "tcp connect timeout",
        "tcp connect ok",
        "tcp write timeout",
        "tcp write failed",
        "tcp read timeout",
        "tcp read failed",
        "script ok",
        "script failed",
        "tls connect error",
        "tls connect failed",
        "tls connect ok",
        "tls connect timeout",
        "tls read timeout",
        "tls write timeout",
        "tls read error",
        "tls write error",
        "send/expect failed",
        "send/expect ok",
        "http code malformed",
        "http code mismatch",
        "http code ok",
        "http digest malformed",
        "http digest mismatch",
        "http digest ok",
        "dns ok",
        "dns timeout",
        "dns failed",
    ];

    /// <summary>Its words; those of <see cref="CheckResult.None"/> for a number that is none.</summary>
    public static string Of(CheckResult result) => _texts[Enum.IsDefined(result) ? (int)result : 0];
}
