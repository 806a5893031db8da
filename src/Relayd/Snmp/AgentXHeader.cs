namespace Sluice.Relayd.Snmp;

/// <summary>The kinds of AgentX messages that are sent or understood here (RFC 2741, 6.1).</summary>
internal enum AgentXType
{
    Open = 1,
    Close = 2,
    Register = 3,
    Get = 5,
    GetNext = 6,
    GetBulk = 7,
    TestSet = 8,
    CommitSet = 9,
    UndoSet = 10,
    CleanupSet = 11,
    Notify = 12,
    Ping = 13,
    Response = 18,
}

/// <summary>What stands before each AgentX message (RFC 2741, 6.1).</summary>
/// <param name="Type">Its kind, as sent; it may be unknown.</param>
/// <param name="Session">Numbered by the master.</param>
/// <param name="Transaction">Of one request of a manager.</param>
/// <param name="Packet">An answer has that of its question.</param>
/// <param name="Length">Of what follows, in bytes.</param>
internal readonly record struct AgentXHeader(AgentXType Type, uint Session, uint Transaction, uint Packet, int Length)
{
    /// <summary>In bytes.</summary>
    public const int Size = 20;

    /// <summary>The only version there is.</summary>
    public const byte Version = 1;

    /// <summary>A context that is not the default one comes first.</summary>
    public const byte HasContext = 0x08;

    /// <summary>Numbers have their highest byte first.</summary>
    public const byte NetworkByteOrder = 0x10;

    /// <summary>Set by the sender.</summary>
    public byte Flags { get; init; }
}

/// <summary>What a master says to a request (RFC 2741, 6.2.16, and RFC 3416).</summary>
internal enum AgentXError
{
    None = 0,
    NotWritable = 17,
    ParseError = 266,
    ProcessingError = 268,
}
