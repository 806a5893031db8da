using System;
using System.IO;

using Sluice.System.Ground;

namespace Sluice.System.Faults;

/// <summary>
/// The time of day of what a place starts from now on, and of nothing else: ld.so(8) of the place loads clock.c into each process.
/// </summary>
internal sealed class ShiftedClock
{
    private readonly string _shift;

    public ShiftedClock(Place place)
    {
        _shift = Path.Combine(place.Folder, "shift");
        string library = Path.Combine(place.Folder, "clock.so");
        string source = Path.Combine(Place.Clone, "tests", "System", "Faults", "clock.c");
        Shift = TimeSpan.Zero;
        place.Tool("gcc", "-O2", "-shared", "-fPIC", $"-DSHIFT_FILE=\"{_shift}\"", "-o", library, source);

        // An /etc of the place's own, for there is no other way into processes whose environment we do not choose.
        string etc = Path.Combine(place.Folder, "etc");
        Directory.CreateDirectory(etc);
        place.Tool("mount", "-t", "tmpfs", "-o", "mode=755", "etc", etc);
        place.Tool("cp", "-a", "/etc/.", etc);
        place.Run(() => File.WriteAllText(Path.Combine(etc, "ld.so.preload"), library + "\n"));
        place.Tool("mount", "--bind", etc, "/etc");
    }

    /// <summary>Between the machine's time and theirs; a change is a jump for those that run. Whole seconds.</summary>
    public TimeSpan Shift
    {
        get;
        set
        {
            field = value;
            using FileStream file = new(_shift, FileMode.OpenOrCreate);
            file.Write(BitConverter.GetBytes((long)value.TotalSeconds));
        }
    }

    public DateTimeOffset Now => DateTimeOffset.UtcNow + Shift;
}
