using Sluice.System.Ground;

namespace Sluice.System.Routers;

/// <summary>A way to the server, which shows its own address there, as those of providers do: a flow that changes its gateway is broken.</summary>
internal sealed class Gateway
{
    private const string Masquerade =
        "table inet provider {\n chain out {\n type nat hook postrouting priority srcnat;\n oif eth1 masquerade\n }\n}\n";

    private const string Nothing =
        "table inet dead {\n chain input {\n type filter hook input priority 0; policy drop;\n }\n chain forward {\n type filter hook forward priority 0; policy drop;\n }\n}\n";

    public Gateway(Place balancer, Place server, int number)
    {
        Number = number;
        Cable.Forward(Place);
        Cable.Lay(balancer, Device, Place, "eth0", $"10.1.{number}", $"fd01:{number}:");
        Cable.Lay(Place, "eth1", server, $"g{number}", $"10.2.{number}", $"fd02:{number}:");
        Place.Tool("ip", "route", "add", "default", "via", $"10.2.{number}.2");
        Place.Tool("ip", "route", "add", "10.0.0.0/24", "via", $"10.1.{number}.1");
        Place.Tool("ip", "route", "add", "fd07::/64", "via", $"fd02:{number}::2");
        Place.Tool("ip", "route", "add", "fd00::/64", "via", $"fd01:{number}::1");
        Place.Tool("ip", "address", "add", "fe80::2/64", "dev", "eth0", "nodad");
        Place.Tool("nft", Masquerade);
        server.Tool("ip", "route", "add", $"10.1.{number}.0/24", "via", $"10.2.{number}.1");
    }

    public Place Place { get; } = new();

    public int Number { get; }

    /// <summary>The balancer's towards it.</summary>
    public string Device => $"g{Number}";

    public string Address => $"10.1.{Number}.2";

    /// <summary>What the server sees.</summary>
    public string Shown(string family) => family == "4" ? $"10.2.{Number}.1" : $"fd02:{Number}::1";

    /// <summary>It is there and does nothing: cables stay what they are.</summary>
    public void Fail() => Place.Tool("nft", Nothing);

    public void Recover() => Place.Tool("nft", "delete table inet dead");
}
