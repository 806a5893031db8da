using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>A socket that was opened for another process to use.</summary>
/// <param name="descriptor">It is this object's.</param>
public sealed class KeptSocket(int descriptor) : IKeptDescriptor
{
    /// <inheritdoc/>
    public int Descriptor { get; private set; } = descriptor;

    /// <summary>Closes this process' descriptor; the socket lives on where it was sent.</summary>
    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = Libc.close(Descriptor);
            Descriptor = -1;
        }
    }
}
