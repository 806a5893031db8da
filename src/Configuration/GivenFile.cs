using System;
using System.Collections.Generic;
using System.Net;

namespace Sluice.Configuration;

/// <summary>The host, but for one file whose text was handed over: it is not opened, and may be another by now.</summary>
/// <param name="host">Answers all else.</param>
/// <param name="path">The file.</param>
/// <param name="text">What it says.</param>
public sealed class GivenFile(IHostFacts host, string path, ReadOnlyMemory<byte> text) : IHostFacts
{
    /// <inheritdoc/>
    public byte[]? Read(string path) => IsGiven(path) ? text.ToArray() : host.Read(path);

    /// <inheritdoc/>
    public string Identity(string path) => host.Identity(path);

    /// <summary>Nobody can write to what was handed over.</summary>
    /// <inheritdoc/>
    public FileWriters Writers(string path) => IsGiven(path) ? FileWriters.None : host.Writers(path);

    /// <inheritdoc/>
    public IReadOnlyList<IPAddress> InterfaceAddresses(string name) => host.InterfaceAddresses(name);

    /// <inheritdoc/>
    public IReadOnlyList<IPAddress> Resolve(string name) => host.Resolve(name);

    /// <inheritdoc/>
    public int? Service(string name, string protocol) => host.Service(name, protocol);

    private bool IsGiven(string name) => string.Equals(name, path, StringComparison.Ordinal);
}
