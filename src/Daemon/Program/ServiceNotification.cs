using System;
using System.Globalization;
using System.Text;

using Sluice.Engine.Io;

namespace Sluice.Daemon.Program;

/// <summary>Tells systemd what the daemon does; sd_notify(3), for units of Type=notify-reload.</summary>
/// <param name="socket">NOTIFY_SOCKET, or null where nobody wants to know.</param>
internal sealed class ServiceNotification(string? socket)
{
    private readonly LocalDatagram? _socket = socket is null ? null : Connect(socket);

    /// <summary>All children work by the configuration, or go on working by it.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    /// <summary>A reload has begun.</summary>
    /// <param name="now">CLOCK_MONOTONIC, by which systemd sees that this answers its signal.</param>
    public void Reloading(TimeSpan now) =>
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={now.Ticks / TimeSpan.TicksPerMicrosecond}"));

    /// <summary>The daemon ends.</summary>
    public void Stopping() => Send("STOPPING=1");

    // A name that begins with @ is abstract: its first byte is NUL; unix(7).
    private static LocalDatagram? Connect(string name) =>
        LocalDatagram.TryConnect(Encoding.UTF8.GetBytes(name[0] == '@' ? '\0' + name[1..] : name), out LocalDatagram? socket) == Engine.Errno.None
            ? socket
            : null;

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private void Send(string state) => _ = _socket?.TrySend(Encoding.UTF8.GetBytes(state));
}
