using System;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;

namespace Sluice.Daemon.Names;

/// <summary>In the parent: reads a configuration, and once more when names of hosts in it had to be looked up first.</summary>
/// <param name="resolver">Looks names up; null in programs that ask for themselves.</param>
internal sealed class ConfigurationReader(NameResolver? resolver)
{
    /// <summary>Reads a configuration; while names are looked up the loop goes on.</summary>
    /// <param name="load">Reads and checks, by the names that are known, and writes what is wrong. It is called again when names that it looked up are known.</param>
    /// <returns>What is to be used, or null; and all that is to be said of it.</returns>
    public async ValueTask<(LoadedConfiguration? Loaded, string Messages)> Read(Func<HostNames, TextWriter, LoadedConfiguration?> load)
    {
        HostNames names = resolver is null ? HostNames.AskedHere() : HostNames.Learnt();
        using StringWriter messages = new(CultureInfo.InvariantCulture);
        LoadedConfiguration? loaded = load(names, messages);
        string? failure = null;
        // More than once only where a name was hidden behind the mistake that another had seemed to be.
        while (names.Wanted.Count > 0)
        {
            loaded?.Release();
            _ = messages.GetStringBuilder().Clear();
            failure = await resolver!.Learn(names) ?? failure;
            if (failure is not null)
            {
                messages.WriteLine(failure);
            }

            loaded = load(names, messages);
        }

        return (loaded, messages.ToString());
    }
}
