using System.Collections.Generic;
using System.Net;

using Sluice.Configuration;

namespace Sluice.Unit.Fakes;

/// <summary>A host that has whatever a configuration asks for: every file, interface, name and service.</summary>
/// <param name="path">The configuration file.</param>
/// <param name="text">Its text; every other file holds an empty line.</param>
internal sealed class ObligingHost(string path, byte[] text) : IHostFacts
{
    public byte[]? Read(string name) => name == path ? text : "\n"u8.ToArray();

    public string Identity(string name) => name;

    public FileWriters Writers(string name) => FileWriters.None;

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => name == "egress" ? [IPAddress.Parse("192.0.2.1")] : [];

    public IReadOnlyList<IPAddress> Resolve(string name) => [IPAddress.Parse("192.0.2.2")];

    public int? Service(string name, string protocol) => name == "http" ? 80 : 443;
}
