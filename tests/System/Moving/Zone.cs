using System;
using System.Diagnostics;
using System.IO;

using Sluice.System.Ground;

namespace Sluice.System.Moving;

/// <summary>unbound(8) as the only name server of a place, with records below <c>test.</c> that change while it runs.</summary>
internal sealed class Zone : IDisposable
{
    private readonly Place _place;
    private readonly Process _unbound;

    /// <summary>Starts it on 127.0.0.1.</summary>
    /// <param name="place">Where; its resolv.conf(5) becomes its own.</param>
    /// <param name="records">What it says at first.</param>
    public Zone(Place place, params string[] records)
    {
        _place = place;
        string resolver = Path.Combine(place.Folder, "resolv.conf");
        File.WriteAllText(resolver, "nameserver 127.0.0.1\noptions timeout:1 attempts:2\n");
        place.Tool("mount", "--bind", resolver, "/etc/resolv.conf");
        File.WriteAllText(
            Configuration,
            $"server:\n username: \"\"\n chroot: \"\"\n directory: \"{place.Folder}\"\n pidfile: \"\"\n use-syslog: no\n module-config: \"iterator\"\n interface: 127.0.0.1\n" +
            " local-zone: \"test.\" static\n" + string.Concat(Array.ConvertAll(records, static record => $" local-data: \"{record}\"\n")) +
            $"remote-control:\n control-enable: yes\n control-use-cert: no\n control-interface: \"{Path.Combine(place.Folder, "unbound.sock")}\"\n");
        _unbound = place.Start(new ProcessStartInfo("unbound", ["-d", "-c", Configuration]));
        Await.Until(() => place.Call("unbound-control", "-c", Configuration, "status").Status == 0, "unbound answers");
    }

    private string Configuration => Path.Combine(_place.Folder, "unbound.conf");

    /// <summary>The records of a name are these now.</summary>
    public void Replace(string name, params string[] records)
    {
        Control("local_data_remove", name);
        Array.ForEach(records, record => Control("local_data", record));
    }

    /// <summary>Stops answering, as a machine that is cut off.</summary>
    public void Silence() => _ = Libc.Kill(_unbound.Id, Libc.SIGSTOP);

    /// <summary>Answers again.</summary>
    public void Speak() => _ = Libc.Kill(_unbound.Id, Libc.SIGCONT);

    public void Dispose()
    {
        _unbound.Kill();
        _unbound.WaitForExit();
        _unbound.Dispose();
    }

    private void Control(params string[] words) => _ = _place.Tool("unbound-control", ["-c", Configuration, .. words]);
}
