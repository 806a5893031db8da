using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;

using Sluice.System.Ground;

using Xunit.Sdk;

namespace Sluice.System.FastCgi;

/// <summary>A real application in a process of its own, as www in httpd's chroot, behind a local socket there.</summary>
internal sealed class Application : IDisposable
{
    private readonly Process _process;

    private Application(Process process, string socket)
    {
        _process = process;
        Await.Until(
            () => _process.HasExited ? throw new XunitException($"{Path.GetFileName(socket)}: {_process.StandardError.ReadToEnd()}") : Answers(socket),
            $"somebody listens on {socket}");
    }

    /// <summary>php-fpm, whose root is the chroot, or a folder of it.</summary>
    public static Application Php(Place place, Site site, string socket, string root = "")
    {
        string chroot = Path.Combine(site.Root, root), configuration = Path.Combine(place.Folder, Path.GetFileName(socket) + ".conf");
        foreach (string folder in (string[])[Path.Combine(chroot, "tmp"), Path.GetDirectoryName(Path.Combine(site.Root, socket))!])
        {
            place.Tool("install", "-d", "-o", "www", "-g", "www", folder);
        }

        File.WriteAllText(
            configuration,
            $"""
            [global]
            error_log = {place.Folder}/php.log
            [www]
            user = www
            group = www
            listen = {Path.Combine(site.Root, socket)}
            listen.owner = www
            listen.group = www
            listen.mode = 0660
            chroot = {chroot}
            pm = static
            pm.max_children = 4
            catch_workers_output = yes
            php_admin_value[upload_tmp_dir] = /tmp
            php_admin_value[session.save_path] = /tmp
            php_admin_value[upload_max_filesize] = 64M
            php_admin_value[post_max_size] = 64M
            php_admin_value[date.timezone] = UTC
            php_admin_value[output_buffering] = 0

            """);
        string program = Directory.GetFiles("/usr/sbin", "php-fpm*").Single();
        return new Application(place.Start(new ProcessStartInfo(program, ["--nodaemonize", "--no-php-ini", "--fpm-config", configuration])), Path.Combine(site.Root, socket));
    }

    /// <summary>fcgiwrap in the chroot, which has the machine's programs then, as slowcgi has it in OpenBSD's.</summary>
    public static Application Cgi(Place place, Site site, string socket = "run/slowcgi.sock")
    {
        foreach (string folder in (string[])["usr", "dev", "tmp", "run"])
        {
            place.Tool("install", "-d", "-o", "www", "-g", "www", Path.Combine(site.Root, folder));
        }

        place.Tool("mount", "--bind", "/usr", Path.Combine(site.Root, "usr"));
        place.Tool("mount", "--bind", "/dev", Path.Combine(site.Root, "dev"));
        foreach (string link in (string[])["bin", "lib", "lib64"])
        {
            place.Tool("ln", "-s", $"usr/{link}", Path.Combine(site.Root, link));
        }

        // Names are not known there.
        string user = $"+{place.Tool("id", "-u", "www").Trim()}:+{place.Tool("id", "-g", "www").Trim()}";
        return new Application(
            place.Start(new ProcessStartInfo("chroot", [$"--userspec={user}", site.Root, "/usr/sbin/fcgiwrap", "-f", "-c", "4", "-s", $"unix:/{socket}"])),
            Path.Combine(site.Root, socket));
    }

    /// <summary>Sends a signal to it and to those that serve for it.</summary>
    public void Signal(Place place, int signal)
    {
        string children = place.Tool("pgrep", "-P", _process.Id.ToString(CultureInfo.InvariantCulture));
        foreach (string child in children.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Daemon.Signal(int.Parse(child, CultureInfo.InvariantCulture), signal);
        }

        Daemon.Signal(_process.Id, signal);
    }

    public void Dispose()
    {
        // Those that serve do not end with the one that started them.
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static bool Answers(string path)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
