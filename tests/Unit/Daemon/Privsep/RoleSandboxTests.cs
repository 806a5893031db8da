using System;
using System.Globalization;
using System.IO;
using System.Linq;

using Sluice.Daemon.Privsep;
using Sluice.Unit.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep;

/// <summary>Every role of both tables, tried from inside: what it may ask of the kernel, and nothing else (D-04).</summary>
public sealed class RoleSandboxTests : IDisposable
{
    private const string Refused = "EPERM";

    private readonly string _root = Directory.CreateTempSubdirectory("role-").FullName;

    public RoleSandboxTests()
    {
        // So open to the user that only the filter can be what refuses.
        File.WriteAllText(_root + "/file", "content");
        File.SetUnixFileMode(_root, (UnixFileMode)0x1ff /* 0777 */);
        File.SetUnixFileMode(_root + "/file", (UnixFileMode)0x1b6 /* 0666 */);
    }

    public static TheoryData<string> All => [.. Names("Httpd", Roles.Httpd).Concat(Names("Relayd", Roles.Relayd))];

    // Programs of the operator may do what their user may do.
    public static TheoryData<string> Strict => [.. Names("Httpd", Roles.Httpd).Concat(Names("Relayd", Roles.Relayd)).Where(name => name != "Relayd.script")];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    // The families of socket(2): unix 1, inet 2, inet6 10, netlink 16, packet 17, alg 38, vsock 40.
    [Theory]
    [InlineData("Httpd.logger", "")]
    [InlineData("Httpd.keys", "")]
    [InlineData("Httpd.auth", "")]
    [InlineData("Httpd.notifier", "1")]
    [InlineData("Httpd.server", "")]
    [InlineData("Httpd.server.Tls", "")]
    [InlineData("Relayd.pfe", "16")]
    [InlineData("Relayd.control", "")]
    [InlineData("Relayd.resolver", "1 2 10")]
    [InlineData("Relayd.hce", "2 10")]
    [InlineData("Relayd.script", "1 2 10 16")]
    [InlineData("Relayd.keys", "")]
    [InlineData("Relayd.relay", "2 10")]
    public void A_role_opens_sockets_of_these_families_alone(string role, string families)
    {
        using Prober it = Enter(role);

        Assert.Equal(families, string.Join(' ', Array.FindAll(["1", "2", "10", "16", "17", "38", "40"], CanOpen)));

        bool CanOpen(string family) => it.Ask($"syscall socket {family} 2 0") is not Refused;
    }

    [Theory]
    [InlineData("Httpd.logger", "")]
    [InlineData("Httpd.keys", "")]
    [InlineData("Httpd.auth", "")]
    [InlineData("Httpd.notifier", "connect")]
    [InlineData("Httpd.server", "openat")]
    [InlineData("Httpd.server.LocalConnections", "openat connect")]
    [InlineData("Httpd.server.RemoteConnections", "openat connect")]
    [InlineData("Relayd.pfe", "bind")]
    [InlineData("Relayd.control", "")]
    [InlineData("Relayd.resolver", "openat connect bind listen")]
    [InlineData("Relayd.hce", "connect bind listen")]
    [InlineData("Relayd.script", "openat connect bind listen execve")]
    [InlineData("Relayd.keys", "")]
    [InlineData("Relayd.relay", "connect bind listen")]
    public void A_role_makes_these_calls_alone(string role, string calls) =>
        Assert.Equal(calls, string.Join(' ', Attempts.Where(call => IsMade(role, call)).Select(call => call.Split(' ')[0])));

    // The types of socket(2): stream 1, datagram 2, raw 3, seqpacket 5; flags are nonblock 2048 and cloexec 524288.
    [Theory]
    [InlineData("1 1 0", Refused)]
    [InlineData("1 3 0", Refused)]
    [InlineData("1 5 0", Refused)]
    [InlineData("1 526337 0", Refused)]
    [InlineData("2 526338 0", Refused)]
    [InlineData("1 526338 0", "opened")]
    public void The_notifier_opens_local_datagram_sockets_alone(string arguments, string expected)
    {
        using Prober it = Enter("Httpd.notifier");

        string answer = it.Ask("syscall socket " + arguments);

        Assert.Equal(expected, int.TryParse(answer, CultureInfo.InvariantCulture, out int descriptor) && descriptor > 2 ? "opened" : answer);
    }

    // With the flags of the notifier's.
    [Theory]
    [InlineData("LocalConnections", "1 526337 0", "opened")]
    [InlineData("LocalConnections", "1 526338 0", Refused)]
    [InlineData("LocalConnections", "2 526337 0", Refused)]
    [InlineData("LocalConnections", "16 526339 0", Refused)]
    [InlineData("RemoteConnections", "2 526337 0", "opened")]
    [InlineData("RemoteConnections", "10 526337 0", "opened")]
    [InlineData("RemoteConnections", "2 526338 0", Refused)]
    [InlineData("RemoteConnections", "2 526339 0", Refused)]
    [InlineData("RemoteConnections", "1 526337 0", Refused)]
    public void A_server_opens_streams_to_its_kinds_of_applications_alone(string preparation, string arguments, string expected)
    {
        using Prober it = Enter("Httpd.server." + preparation);

        string answer = it.Ask("syscall socket " + arguments);

        Assert.Equal(expected, int.TryParse(answer, CultureInfo.InvariantCulture, out int descriptor) && descriptor > 2 ? "opened" : answer);
    }

    // It may ask what an open file is (AT_EMPTY_PATH is 4096), and lower the priority of its own thread (PRIO_PROCESS is 0).
    [Theory]
    [InlineData("statx 0 \"\" 4096 2047 0", false)]
    [InlineData("statx -100 \"/file\" 0 2047 0", true)]
    [InlineData("setpriority 0 0 10", false)]
    [InlineData("setpriority 0 1 10", true)]
    [InlineData("setpriority 1 0 10", true)]
    public void The_auth_process_looks_at_open_files_and_lowers_its_own_priority_alone(string call, bool isRefused)
    {
        using Prober it = Enter("Httpd.auth");

        Assert.Equal(isRefused, it.Ask("syscall " + call) is Refused);
    }

    [Theory]
    [MemberData(nameof(Strict))]
    public void No_role_writes_a_file_or_changes_its_rights(string role)
    {
        using Prober it = Enter(role);

        Assert.All(
            [
                "openat -100 \"/file\" 1", "openat -100 \"/new\" 64 511", "unlinkat -100 \"/file\" 0", "truncate \"/file\" 0",
                "setresuid 0 0 0", "setgroups 0 0", "capset 0 0", "chroot \"/\"", "kill 1 0", "memfd_create \"x\" 0",
                "socketpair 1 5 0 0", "seccomp 0 0 0",
            ],
            call => Assert.Equal(Refused, it.Ask("syscall " + call)));
        Assert.Equal("content", File.ReadAllText(_root + "/file"));
    }

    [Theory]
    [MemberData(nameof(Strict))]
    public void A_role_that_forks_or_traces_is_killed(string role)
    {
        Assert.All(["fork", "ptrace 0 0 0 0", "mount 0 0 0 0 0", "unshare 268435456", "bpf 0 0 0"], call =>
        {
            using Prober it = Enter(role);
            Assert.Equal("no answer, killed by SIGSYS, a system call that its sandbox kills for", it.Ask("syscall " + call));
        });
    }

    [Theory]
    [InlineData("ptrace 0 0 0 0")]
    [InlineData("mount 0 0 0 0 0")]
    [InlineData("unshare 268435456")]
    [InlineData("clone 268435473 0 0 0 0")]
    [InlineData("bpf 0 0 0")]
    [InlineData("io_uring_setup 1 0")]
    [InlineData("keyctl 0 0 0 0 0")]
    [InlineData("setresuid 0 0 0")]
    [InlineData("chroot \"/\"")]
    public void A_check_script_is_refused_what_changes_the_system(string call)
    {
        using Prober it = Enter("Relayd.script");

        Assert.Equal(Refused, it.Ask("syscall " + call));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void All_threads_of_a_role_have_lost_their_rights(string role)
    {
        using Prober it = Enter(role);
        string user = string.Create(CultureInfo.InvariantCulture, $"{Prober.User} {Prober.User} {Prober.User} {Prober.User}");

        Assert.Equal([user], it.OfAllThreads("Uid"));
        Assert.Equal(["1"], it.OfAllThreads("NoNewPrivs"));
        Assert.Equal(["2"], it.OfAllThreads("Seccomp"));
    }

    private static string[] Attempts =>
        ["openat -100 \"/file\" 0", "connect 0 0 0", "bind 0 0 0", "listen 0 0", "execve \"/nothing\" 0 0"];

    private static string[] Names(string daemon, RoleTable table) => [.. table.Roles.Select(role => $"{daemon}.{role.Name}")];

    private bool IsMade(string role, string call)
    {
        using Prober it = Enter(role);
        string answer = it.Ask("syscall " + call);
        return answer is not Refused && !answer.Contains("SIGSYS", StringComparison.Ordinal);
    }

    private Prober Enter(string role)
    {
        string[] words = role.Split('.');
        RoleTable table = words[0] == "Httpd" ? Roles.Httpd : Roles.Relayd;
        return Prober.Sandboxed(_root, table.Find(words[1])!.Kept, role);
    }
}
