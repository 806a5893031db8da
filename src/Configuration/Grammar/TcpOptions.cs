using System;

namespace Sluice.Configuration.Grammar;

/// <summary>Whether an option was turned on, off, or left to the system.</summary>
public enum Setting
{
    /// <summary>Not mentioned.</summary>
    Unset,

    /// <summary>Asked for.</summary>
    On,

    /// <summary>Refused with <c>no</c>.</summary>
    Off,
}

/// <summary>The <c>tcp</c> options of httpd.conf(5) and relayd.conf(5); null where the text says nothing.</summary>
public sealed record TcpOptions
{
    /// <summary>Nothing configured.</summary>
    public static TcpOptions None { get; } = new();

    /// <summary>TCP_NODELAY.</summary>
    public Setting NoDelay { get; init; }

    /// <summary>Selective acknowledgements; Linux has no option per socket, so it is read and has no effect.</summary>
    public Setting Sack { get; init; }

    /// <summary>Length of the queue of connections that wait to be accepted.</summary>
    public int? Backlog { get; init; }

    /// <summary>SO_RCVBUF and SO_SNDBUF in bytes.</summary>
    public int? SocketBuffer { get; init; }

    /// <summary>Hop limit of outgoing packets, 0 to 255.</summary>
    public byte? Ttl { get; init; }

    /// <summary>Least hop limit of incoming packets, 0 to 255 (RFC 5082).</summary>
    public byte? MinTtl { get; init; }

    /// <summary>Reads one option and returns what was known together with it.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="longestBacklog">The longest queue that the program accepts.</param>
    /// <param name="others">Options that the program reads itself, each with a comma behind it, for the message.</param>
    public TcpOptions Read(TokenReader reader, int longestBacklog, string others = "")
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (reader.TakeKeyword("no"))
        {
            return ReadNo(reader);
        }

        // Once refused an option stays off, whatever order the two stand in.
        if (reader.TakeKeyword("nodelay"))
        {
            return this with { NoDelay = NoDelay == Setting.Off ? Setting.Off : Setting.On };
        }

        if (reader.TakeKeyword("sack"))
        {
            WarnOfSack(reader);
            return this with { Sack = Sack == Setting.Off ? Setting.Off : Setting.On };
        }

        if (reader.TakeKeyword("backlog"))
        {
            return this with { Backlog = (int)Numbers.Read(reader, "the backlog", 0, longestBacklog, "invalid backlog: {0}") };
        }

        if (reader.TakeKeyword("socket"))
        {
            reader.ExpectKeyword("buffer");
            long size = Numbers.Read(reader, "the size in bytes", 0, long.MaxValue, "invalid socket buffer size: {0}");
            return this with { SocketBuffer = (int)Math.Min(size, int.MaxValue) };
        }

        if (reader.TakeKeyword("ip"))
        {
            return ReadIp(reader);
        }

        reader.SyntaxError($"tcp takes: {others}[no] nodelay, [no] sack, backlog, socket buffer, ip ttl, ip minttl");
        return this;
    }

    /// <summary>Reads what follows <c>no</c>, and returns what was known together with it.</summary>
    /// <param name="reader">The tokens.</param>
    public TcpOptions ReadNo(TokenReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (reader.TakeKeyword("nodelay"))
        {
            return this with { NoDelay = Setting.Off };
        }

        reader.ExpectKeyword("sack");
        WarnOfSack(reader);
        return this with { Sack = Setting.Off };
    }

    private static void WarnOfSack(TokenReader reader) =>
        reader.Warning("sack has no effect: Linux has it for the whole system", "See net.ipv4.tcp_sack in tcp(7).");

    private TcpOptions ReadIp(TokenReader reader)
    {
        string option = reader.ExpectText("ttl or minttl");
        Position place = reader.Previous;
        long hops = Numbers.Read(reader, "the number of hops", 0, long.MaxValue, "invalid ttl: {0}");
        if (hops > byte.MaxValue)
        {
            reader.Warning($"ttl {hops} is taken for 255, the most that an IP header can say");
        }

        byte bounded = (byte)Math.Min(hops, byte.MaxValue);
        if (option.Equals("ttl", StringComparison.OrdinalIgnoreCase))
        {
            return this with { Ttl = bounded };
        }

        if (option.Equals("minttl", StringComparison.OrdinalIgnoreCase))
        {
            return this with { MinTtl = bounded };
        }

        reader.Error(place, $"invalid TCP/IP flag: {option}", "ip takes: ttl, minttl");
        return this;
    }
}
