using System;

namespace Sluice.Engine.Io;

/// <summary>A descriptor that one process opened and keeps, for others that may not open it themselves.</summary>
public interface IKeptDescriptor : IDisposable
{
    /// <summary>The descriptor, to be sent; this object keeps owning it. -1 when closed.</summary>
    int Descriptor { get; }
}
