using System.Collections.Generic;
using System.Net;

using Sluice.Configuration;

namespace Sluice.Fuzz.Targets;

/// <summary>A host with nothing but one file, whose name is <c>f</c>.</summary>
internal sealed class SoleFile(byte[] text) : IHostFacts
{
    public byte[]? Read(string path) => path is "f" ? text : null;

    public string Identity(string path) => path;

    public FileWriters Writers(string path) => FileWriters.None;

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => [];

    public IReadOnlyList<IPAddress> Resolve(string name) => [];

    public int? Service(string name, string protocol) => null;
}
