namespace Sluice.Httpd.Configuration;

/// <summary>The longest strings that httpd.conf(5) accepts, in bytes, and the largest numbers (H-LIMIT-09 to -11).</summary>
internal static class Limits
{
    public const int Path = 1023;
    public const int ErrorDocuments = 1014;
    public const int SocketPath = 107;
    public const int ServerName = 255;
    public const int Location = 254;
    public const int Realm = 254;
    public const int FastCgiParameter = 510;
    public const int TlsString = 510;
    public const int HeaderName = 127;
    public const int HeaderValue = 511;
    public const int Extension = 127;
    public const int MediaType = 63;

    public const int Prefork = 32;
    public const int Backlog = 1024;
    public const int AddressesPerListen = 16;
    public const int NetworksPerFilter = 16;

    /// <summary>How many strings the braces of one list may expand to.</summary>
    public const int Expansions = 1024;
}
