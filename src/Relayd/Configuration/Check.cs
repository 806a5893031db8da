using Sluice.Configuration;

namespace Sluice.Relayd.Configuration;

/// <summary>How a host is checked (R-CHECK-10 to -25).</summary>
internal abstract record Check
{
    /// <summary>What a check speaks; null for one that makes no connection.</summary>
    public static CheckTransport? TransportOf(Check? check) => check switch
    {
        ConnectCheck connect => connect.Transport,
        HttpCheck http => http.Transport,
        ExchangeCheck exchange => exchange.Transport,
        _ => null,
    };
}

/// <summary>An echo request.</summary>
internal sealed record IcmpCheck : Check;

/// <summary>A connection, and with TLS a handshake.</summary>
/// <param name="Transport">What is spoken.</param>
internal sealed record ConnectCheck(CheckTransport Transport) : Check;

/// <summary>A program that says with its exit status how a host is.</summary>
/// <param name="Path">At most 1023 bytes; without a slash it is searched for.</param>
internal sealed record ScriptCheck(string Path) : Check;

/// <summary>A query over UDP.</summary>
/// <param name="Name">What is asked about.</param>
internal sealed record DnsCheck(string Name) : Check;

/// <summary>A request over HTTP.</summary>
/// <param name="Transport">What is spoken below it.</param>
/// <param name="Path">What is asked for.</param>
/// <param name="Host">The host that is named; null for none, and HTTP/1.0.</param>
/// <param name="Answer">What must come.</param>
internal sealed record HttpCheck(CheckTransport Transport, string Path, string? Host, HttpCheckAnswer Answer) : Check;

/// <summary>Bytes that are sent, and bytes that must come.</summary>
/// <param name="Transport">What is spoken below it.</param>
/// <param name="Send">Sent after the connection is there; may be empty.</param>
/// <param name="Expect">What must come.</param>
/// <param name="Kind">How it is compared.</param>
internal sealed record ExchangeCheck(CheckTransport Transport, Sequence<byte> Send, Sequence<byte> Expect, ExpectKind Kind) : Check;

/// <summary>What a check speaks over the network.</summary>
internal enum CheckTransport
{
    Tcp,
    Tls,
}

/// <summary>How an expected text is compared.</summary>
internal enum ExpectKind
{
    /// <summary>All that has come, as a shell glob.</summary>
    Glob,

    /// <summary>All that has come begins with these bytes.</summary>
    Prefix,
}

/// <summary>What the answer of a check over HTTP must have.</summary>
internal abstract record HttpCheckAnswer;

/// <summary>A status.</summary>
/// <param name="Code">From 1; three digits are what servers send.</param>
internal sealed record StatusAnswer(int Code) : HttpCheckAnswer;

/// <summary>A content.</summary>
/// <param name="Digest">Of the whole content.</param>
internal sealed record ContentAnswer(Digest Digest) : HttpCheckAnswer;

/// <summary>A digest in hexadecimal: 40 characters are SHA-1, 32 are MD5.</summary>
/// <param name="Hex">As it was written.</param>
internal sealed record Digest(string Hex)
{
    public const int Sha1Length = 40;
    public const int Md5Length = 32;
}
