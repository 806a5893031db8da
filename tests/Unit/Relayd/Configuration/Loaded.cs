using System;
using System.IO;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Text;
using Sluice.Unit.Fakes;

namespace Sluice.Unit.Relayd.Configuration;

/// <summary>Configurations from texts, or from parts with what must be around them.</summary>
internal static class Loaded
{
    private const string Hosts = "table <hosts> { 192.0.2.11 192.0.2.12 }\ntable <others> { 192.0.2.13 }\n";

    public static StubHost Host()
    {
        StubHost host = new();
        host.Names["www.example.org"] = [IPAddress.Parse("192.0.2.80"), IPAddress.Parse("192.0.2.81")];
        host.Interfaces["eth0"] = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")];
        return host;
    }

    public static LoadResult<RelaydConfiguration> Text(string text, LoadVerbosity verbosity = LoadVerbosity.Normal) =>
        Text(Host(), text, verbosity);

    public static LoadResult<RelaydConfiguration> Text(StubHost host, string text, LoadVerbosity verbosity = LoadVerbosity.Normal) =>
        RelaydConfigurationLoader.Load("relayd.conf", new Macros(), host.With("relayd.conf", text), new StubTlsFiles(host), verbosity);

    public static LoadResult<RelaydConfiguration> Text(StubHost host, string text, StubTlsFiles files) =>
        RelaydConfigurationLoader.Load("relayd.conf", new Macros(), host.With("relayd.conf", text), files, LoadVerbosity.Normal);

    /// <summary>What is said about a text, without the lines and carets.</summary>
    public static string Said(string text) => Said(Text(text));

    public static string Said(LoadResult<RelaydConfiguration> result) =>
        string.Join('\n', result.Diagnostics.Found.Select(found => $"{found.Position.Line}: {found.Message}: {found.Remedy}"));

    /// <summary>A configuration that must be good.</summary>
    public static RelaydConfiguration Good(string text) => Good(Text(text));

    public static RelaydConfiguration Good(LoadResult<RelaydConfiguration> result)
    {
        using StringWriter printed = new();
        result.Diagnostics.Print(printed);
        return result.Configuration ?? throw new InvalidOperationException(printed.ToString());
    }

    /// <summary>A configuration on its way through text and back.</summary>
    public static RelaydConfiguration ThroughText(RelaydConfiguration configuration, StubHost host)
    {
        string text = ConfigurationText.Print(configuration);
        LoadResult<RelaydConfiguration> again = RelaydConfigurationLoader.Load("printed", new Macros(), host.With("printed", text), new StubTlsFiles(host), LoadVerbosity.Normal);
        return again.Configuration ?? throw new InvalidOperationException(Said(again) + "\n" + text);
    }

    /// <summary>Lines at the top level, with a relay below them.</summary>
    public static string Global(string lines) => $"{lines}\n{Hosts}relay \"www\" {{\nlisten on 192.0.2.1 port 80\nforward to <hosts> port 80\n}}\n";

    /// <summary>Lines of a relay that listens on port 80.</summary>
    public static string Relay(string lines) => $"{Hosts}relay \"www\" {{\nlisten on 192.0.2.1 port 80\n{lines}\n}}\n";

    /// <summary>Lines of a redirection that listens on port 80.</summary>
    public static string Redirect(string lines) => $"{Hosts}redirect \"www\" {{\nlisten on 192.0.2.1 port 80\n{lines}\n}}\n";

    /// <summary>Lines of a router.</summary>
    public static string Router(string lines) => $"{Hosts}router \"uplinks\" {{\n{lines}\n}}\n";

    /// <summary>Lines of an HTTP protocol of a relay that forwards to both tables.</summary>
    public static string Protocol(string lines, string type = "http") =>
        $"{Hosts}{type} protocol \"p\" {{\n{lines}\n}}\n" +
        "relay \"www\" {\nlisten on 192.0.2.1 port 80\nprotocol \"p\"\nforward to <hosts> port 80\nforward to <others> port 80\n}\n";

    /// <summary>The only protocol of such a text.</summary>
    public static Protocol GoodProtocol(string lines, string type = "http") => Good(Protocol(lines, type)).Protocols[0];

    /// <summary>The only rule of a line.</summary>
    public static Rule GoodRule(string line) => GoodProtocol(line).Rules[0];
}
