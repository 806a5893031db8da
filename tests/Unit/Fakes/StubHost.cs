using System;
using System.Collections.Generic;
using System.Net;
using System.Text;

using Sluice.Configuration;

namespace Sluice.Unit.Fakes;

/// <summary>A host whose files, interfaces and names are what a test says.</summary>
internal sealed class StubHost : IHostFacts
{
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, IReadOnlyList<IPAddress>> Interfaces { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, IReadOnlyList<IPAddress>> Names { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, FileWriters> Writable { get; } = new(StringComparer.Ordinal);

    public StubHost With(string path, string text)
    {
        Files[path] = Encoding.Latin1.GetBytes(text);
        return this;
    }

    public byte[]? Read(string path) => Files.GetValueOrDefault(path);

    public string Identity(string path) => path;

    public FileWriters Writers(string path) => Writable.GetValueOrDefault(path);

    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => Interfaces.GetValueOrDefault(name) ?? [];

    public IReadOnlyList<IPAddress> Resolve(string name) => Names.GetValueOrDefault(name) ?? [];

    public int? Service(string name, string protocol) => (name, protocol) switch
    {
        ("http" or "www", "tcp") => 80,
        ("https", "tcp") => 443,
        ("domain", _) => 53,
        ("syslog", "udp") => 514,
        _ => null,
    };
}
