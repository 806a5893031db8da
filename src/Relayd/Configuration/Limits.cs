namespace Sluice.Relayd.Configuration;

/// <summary>The longest strings that relayd.conf(5) accepts, in bytes, and the largest numbers.</summary>
internal static class Limits
{
    public const int Path = 1023;
    public const int AgentXContext = 31;
    public const int AgentXPath = 103;
    public const int TableName = 63;
    public const int HostName = 255;
    public const int SectionName = 255;
    public const int RedirectName = 31;
    public const int ProtocolName = 63;
    public const int TagName = 63;
    public const int Label = 1023;
    public const int RouteLabel = 31;
    public const int InterfaceName = 15;
    public const int DemotionGroup = 15;
    public const int Ciphers = 767;
    public const int TlsString = 127;
    public const int Expect = 255;
    public const int RequestIdField = 63;

    public const int Prefork = 32;
    public const int Backlog = 512;
    public const int HeaderLength = 131072;
    public const int HostPriority = 63;
    public const int HostWeight = 255;
    public const int HostFailures = 1000;
    public const int AddressesPerListen = 16;
}
