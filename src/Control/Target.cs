using Sluice.Daemon.Wire;

namespace Sluice.Control;

/// <summary>Which host, table or redirection a command means: by its id, or by its name (R-CTL-23).</summary>
/// <param name="Id">From 1; 0 where it is named.</param>
/// <param name="Name">Each character one byte of the configuration (Latin-1), at most <see cref="ControlProtocol.LongestName"/>; empty where the id says it.</param>
public readonly record struct Target(uint Id, string Name)
{
    internal static Target Read(ref WireReader reader)
    {
        Target target = new((uint)reader.Number(0, uint.MaxValue), reader.Latin1());
        if (target.Name.Length > ControlProtocol.LongestName || (target.Id > 0) == (target.Name.Length > 0))
        {
            reader.Fail();
        }

        return target;
    }

    internal void Write(WireWriter writer)
    {
        writer.Number(Id);
        writer.Latin1(Name);
    }
}
