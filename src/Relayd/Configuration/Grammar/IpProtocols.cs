using Sluice.Configuration;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>The protocols over IP that have ports, by name (R-REDIR-02).</summary>
internal static class IpProtocols
{
    /// <summary>TCP's number in IANA's registry.</summary>
    public const int Tcp = 6;

    /// <summary>[ "tcp" | string ], before "port"</summary>
    public static int Read(TokenReader reader)
    {
        if (reader.TakeKeyword("tcp"))
        {
            return Tcp;
        }

        if (reader.Peek().Kind != TokenKind.Text)
        {
            return Tcp;
        }

        Token name = reader.Take();
        int? number = Find(name.Text);
        if (number is null)
        {
            reader.Error(name.Position, $"invalid protocol: {name.Text}", "Protocols with ports are tcp, udp, sctp, dccp and udplite.");
        }

        return number ?? Tcp;
    }

    /// <summary>The name of a protocol that has been read.</summary>
    public static string Name(int number) => number switch
    {
        17 => "udp",
        33 => "dccp",
        132 => "sctp",
        136 => "udplite",
        _ => "tcp",
    };

    private static int? Find(string name) => name.ToUpperInvariant() switch
    {
        "TCP" => Tcp,
        "UDP" => 17,
        "DCCP" => 33,
        "SCTP" => 132,
        "UDPLITE" => 136,
        _ => null,
    };
}
