using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;

using Xunit.Sdk;

namespace Sluice.System.Ground;

/// <summary>
/// The published daemon in the foreground, watched through its standard error and through what it tells the service
/// manager (sd_notify(3)): that is how the tests know that it is ready.
/// </summary>
internal sealed class Daemon : IDisposable
{
    private static readonly TimeSpan _endLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Socket _manager;
    private readonly Lock _guard = new();
    private readonly List<string> _said = [];
    private readonly List<string> _told = [];

    private Daemon(Place place, string program, string configuration, string[] options, string? wrapper)
    {
        Name = Path.GetFileName(program);
        string notify = Path.Combine(place.Folder, $"notify-{Guid.NewGuid():N}");
        _manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        _manager.Bind(new UnixDomainSocketEndPoint(notify));
        string[] words = [.. options, "-f", configuration];
        ProcessStartInfo start = wrapper is null
            ? new(program, words)
            : new("/bin/sh", ["-c", wrapper + " && exec \"$@\"", "sh", program, .. words]);
        start.WorkingDirectory = place.Folder;
        start.Environment["NOTIFY_SOCKET"] = notify;
        _process = place.Start(start);
        _process.StandardInput.Close();
        _process.ErrorDataReceived += (_, line) => Keep(_said, line.Data);
        _process.OutputDataReceived += (_, line) => Keep(_said, line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>The lines of standard error so far.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_guard)
            {
                return [.. _said];
            }
        }
    }

    /// <summary>What the service manager was told so far, a line each, such as <c>READY=1</c>.</summary>
    public IReadOnlyList<string> Told
    {
        get
        {
            byte[] message = new byte[8192];
            lock (_guard)
            {
                while (_manager.Poll(0, SelectMode.SelectRead))
                {
                    _told.AddRange(Encoding.UTF8.GetString(message, 0, _manager.Receive(message)).Split('\n'));
                }

                return [.. _told];
            }
        }
    }

    /// <summary>Starts it as <c>PROGRAM -dvv -f FILE</c> and waits until it says that it is ready.</summary>
    public static Daemon Start(Place place, string configuration, string program = "httpd")
    {
        Daemon daemon = Launch(place, configuration, program);
        try
        {
            daemon.AwaitReady();
            return daemon;
        }
        catch
        {
            daemon.Dispose();
            throw;
        }
    }

    /// <summary>Starts it and does not wait. The wrapper is a command of sh(1) that runs first, in the same process.</summary>
    public static Daemon Launch(Place place, string configuration, string program = "httpd", string? wrapper = null) =>
        new(place, Place.Program(program), configuration, ["-dvv"], wrapper);

    public void AwaitReady() => Await.Until(
        () => _process.HasExited ? throw new XunitException($"{Name} ended: {Words()}") : ReadyCount > 0,
        Await.Usual,
        () => $"{Name} is ready: {Words()}");

    /// <summary>How often it has said that it is ready: after the start, and after each reload.</summary>
    public int ReadyCount => Told.Count(line => line is "READY=1");

    /// <summary>Sends SIGHUP and waits until the reload is over, well or not.</summary>
    public void Reload()
    {
        int before = ReadyCount;
        Signal(Libc.SIGHUP);
        Await.Until(() => ReadyCount > before, Await.Usual, () => $"the reload ends: {Words()}");
    }

    public void Signal(int signal) => Signal(Id, signal);

    public static void Signal(int process, int signal)
    {
        if (Libc.Kill(process, signal) != 0)
        {
            throw new XunitException($"process {process} is not there");
        }
    }

    /// <summary>The children, by title: <c>server 1</c>, <c>logger</c>.</summary>
    public IReadOnlyList<Child> Children => Child.Of(Id);

    /// <summary>The living child with this title; waits for it.</summary>
    public Child ChildNamed(string title)
    {
        Child? found = null;
        Await.Until(
            () => (found = Children.FirstOrDefault(child => child.Title == title)) is not null,
            Await.Usual,
            () => $"there is a child '{title}': {string.Join(", ", Children.Select(child => child.Title))}");
        return found!;
    }

    /// <summary>Waits until another process has taken the place of a child.</summary>
    public void AwaitSuccessor(Child child, TimeSpan limit) => Await.Until(
        () => Children.Any(other => other.Title == child.Title && other.StartTime != child.StartTime),
        limit,
        () => $"'{child.Title}' has a successor: {Words()}");

    /// <summary>Waits for a line of standard error that contains the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="behind">So many lines were said before: it is none of them.</param>
    public string AwaitLine(string text, int behind = 0)
    {
        string? found = null;
        Await.Until(
            () => (found = Said.Skip(behind).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))) is not null,
            Await.Usual,
            () => $"a line with '{text}': {Words()}");
        return found!;
    }

    /// <summary>Waits for the end without asking for it.</summary>
    public int AwaitEnd()
    {
        if (!_process.WaitForExit(_endLimit))
        {
            throw new XunitException($"{Name} does not end: {Words()}");
        }

        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Asks it to end; the exit status. Children that are left then are a failure.</summary>
    public int Stop(int signal = Libc.SIGTERM)
    {
        IReadOnlyList<Child> children = Children;
        Signal(signal);
        int status = AwaitEnd();
        Await.Until(() => children.All(child => !child.Lives), "the children end with their parent");
        if (Said.FirstOrDefault(line => line.StartsWith("Unhandled exception", StringComparison.Ordinal)) is { } line)
        {
            throw new XunitException($"{line} / {Words()}");
        }

        return status;
    }

    /// <summary>What it said, for messages.</summary>
    public string Words() => string.Join(" / ", Said.TakeLast(12));

    public void Dispose()
    {
        IReadOnlyList<Child> children = Children;
        if (!_process.HasExited)
        {
            _ = Libc.Kill(Id, Libc.SIGTERM);
            if (!_process.WaitForExit(_endLimit))
            {
                _process.Kill();
            }
        }

        foreach (Child child in children.Where(child => child.Lives))
        {
            _ = Libc.Kill(child.Id, Libc.SIGKILL);
        }

        _process.Dispose();
        _manager.Dispose();
    }

    private void Keep(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (_guard)
            {
                lines.Add(line);
            }
        }
    }
}
