using System;
using System.Linq;

using Sluice.Configuration;
using Sluice.Httpd.Configuration;
using Sluice.Unit.Fakes;

namespace Sluice.Unit.Httpd.Configuration;

/// <summary>A configuration on its way through text or bytes and back.</summary>
internal static class RoundTrip
{
    public static HttpdConfiguration? ThroughText(HttpdConfiguration configuration, StubHost host)
    {
        string text = ConfigurationText.Print(configuration);
        LoadResult<HttpdConfiguration> again = HttpdConfigurationLoader.Load(
            "printed", new Macros(), host.With("printed", text), new StubTlsFiles(host), LoadVerbosity.Normal);
        return again.Configuration ?? throw new InvalidOperationException(again.Diagnostics.Found.First(found => found.Severity == Severity.Error).Message + "\n" + text);
    }

    public static HttpdConfiguration? ThroughBytes(HttpdConfiguration configuration) =>
        ConfigurationWire.Read(ConfigurationWire.Write(configuration));

    public static LoadResult<HttpdConfiguration> Load(string text, LoadVerbosity verbosity = LoadVerbosity.Normal) => Load(new StubHost(), text, verbosity);

    public static LoadResult<HttpdConfiguration> Load(StubHost host, string text, LoadVerbosity verbosity = LoadVerbosity.Normal) =>
        HttpdConfigurationLoader.Load("httpd.conf", new Macros(), host.With("httpd.conf", text), new StubTlsFiles(host), verbosity);

    /// <summary>The first server of a text that must be good.</summary>
    public static Server Server(string text) =>
        Load(text).Configuration?.Servers[0] ?? throw new InvalidOperationException(Printed(Load(text)));

    /// <summary>The diagnostics as the operator sees them.</summary>
    public static string Printed(LoadResult<HttpdConfiguration> result)
    {
        using System.IO.StringWriter output = new() { NewLine = "\n" };
        result.Diagnostics.Print(output);
        return output.ToString();
    }
}
