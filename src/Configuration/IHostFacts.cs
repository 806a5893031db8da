using System;
using System.Collections.Generic;
using System.Net;

namespace Sluice.Configuration;

/// <summary>What a configuration asks of the host. Programs pass the host, tests their own answers.</summary>
/// <remarks>Names and paths are strings whose characters are one byte each, as everywhere in the configuration.</remarks>
public interface IHostFacts
{
    /// <summary>The text of a file; null where it cannot be read.</summary>
    /// <param name="path">Absolute, or relative to the working directory.</param>
    byte[]? Read(string path);

    /// <summary>A name that is the same for two paths of one file, so that include loops are seen.</summary>
    /// <param name="path">A path that could be read.</param>
    string Identity(string path);

    /// <summary>Who may write to a file.</summary>
    /// <param name="path">A path that could be read.</param>
    FileWriters Writers(string path);

    /// <summary>The addresses of an interface or of an interface group, IPv4 first; empty where there is no such interface.</summary>
    /// <param name="name">An interface, a prefix that stands for a family of interfaces, or <c>egress</c>.</param>
    IReadOnlyList<IPAddress> InterfaceAddresses(string name);

    /// <summary>The addresses behind a host name; empty where it is not known.</summary>
    /// <param name="name">A host name.</param>
    IReadOnlyList<IPAddress> Resolve(string name);

    /// <summary>The port of a service from services(5); null where it has none.</summary>
    /// <param name="name">A service.</param>
    /// <param name="protocol"><c>tcp</c> or <c>udp</c>.</param>
    int? Service(string name, string protocol);
}

/// <summary>Who besides its owner may change a file.</summary>
[Flags]
public enum FileWriters
{
    /// <summary>Nobody.</summary>
    None = 0,

    /// <summary>Its group.</summary>
    Group = 1,

    /// <summary>Everybody.</summary>
    Others = 2,
}
