using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Health;

/// <summary>What a check is called in the log (R-CHECK-31).</summary>
internal static class CheckName
{
    /// <summary>Its name, with what is spoken below it: <c>tcp use tls</c>.</summary>
    /// <param name="check">Null for none.</param>
    public static string Of(Check? check) => check switch
    {
        IcmpCheck => "icmp",
        ScriptCheck => "script",
        DnsCheck => "dns",
        ConnectCheck connect => With("tcp", connect.Transport),
        HttpCheck { Answer: StatusAnswer } http => With("http code", http.Transport),
        HttpCheck http => With("http digest", http.Transport),
        ExchangeCheck exchange => With("send expect", exchange.Transport),
        _ => "none",
    };

    private static string With(string name, CheckTransport transport) => transport == CheckTransport.Tls ? name + " use tls" : name;
}
