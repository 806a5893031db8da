using System;
using System.Globalization;
using System.IO;

using Sluice.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Engine.Processes;

public sealed class SandboxTests : IDisposable
{
    private const string Refused = "EPERM";

    private readonly string _root = Directory.CreateTempSubdirectory("sandbox-").FullName;

    public SandboxTests()
    {
        // So open to the user that only the filter can be what refuses.
        File.WriteAllText(_root + "/file", "content");
        Directory.CreateDirectory(_root + "/open");
        File.SetUnixFileMode(_root, (UnixFileMode)0x1ff /* 0777 */);
        File.SetUnixFileMode(_root + "/file", (UnixFileMode)0x1b6 /* 0666 */);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Every_thread_has_lost_its_rights_also_those_that_begin_inside()
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Runtime");
        Assert.Equal("done", it.Ask("threads"));
        string user = string.Create(CultureInfo.InvariantCulture, $"{Prober.User} {Prober.User} {Prober.User} {Prober.User}");

        Assert.Equal([user], it.OfAllThreads("Uid"));
        Assert.Equal([user], it.OfAllThreads("Gid"));
        Assert.Equal([""], it.OfAllThreads("Groups"));
        Assert.Equal(["0000000000000000"], it.OfAllThreads("CapEff"));
        Assert.Equal(["0000000000000000"], it.OfAllThreads("CapPrm"));
        Assert.Equal(["1"], it.OfAllThreads("NoNewPrivs"));
        Assert.Equal(["2"], it.OfAllThreads("Seccomp"));
    }

    [Fact]
    public void Its_root_is_the_directory_and_it_works_there()
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Runtime");

        Assert.Equal(_root, Directory.ResolveLinkTarget($"/proc/{it.ProcessId}/root", returnFinalTarget: false)!.FullName);
        Assert.Equal(_root, Directory.ResolveLinkTarget($"/proc/{it.ProcessId}/cwd", returnFinalTarget: false)!.FullName);
    }

    [Theory]
    [InlineData("Httpd.keys")]
    [InlineData("Httpd.server")]
    public void A_role_that_speaks_TLS_shakes_hands_inside(string role)
    {
        using Prober it = Prober.SandboxedWithTls(_root, role);

        Assert.Equal("done", it.Ask("tls"));
        Assert.Equal("done", it.Ask("tls"));
    }

    [Fact]
    public void It_leaves_no_diagnostics_socket()
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Runtime");

        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), $"*-{it.ProcessId}-*"));
    }

    [Fact]
    public void A_kept_capability_is_on_the_main_thread_alone()
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.NetAdmin, "Runtime", "Netlink");

        Assert.Equal(["0000000000001000", "0000000000000000"], it.OfAllThreads("CapEff"));
    }

    [Theory]
    [InlineData("collect", "done")]
    [InlineData("compile", "done")]
    [InlineData("threads", "done")]
    [InlineData("guid", "36")]
    [InlineData("time-zone", "02:00:00")]
    public void The_runtime_works_inside(string part, string answer)
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Runtime");

        Assert.Equal(answer, it.Ask(part));
    }

    [Theory]
    [InlineData("trace", "Workings.cs:line")]
    [InlineData("asynchronous-trace", "Workings.cs:line")]
    public void A_stack_trace_has_its_lines_inside(string part, string words)
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Runtime");

        Assert.Contains(words, it.Ask(part), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unhandled_exception_still_ends_it()
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Runtime");

        Assert.Equal(
            "no answer, killed by SIGABRT, an unhandled exception or a failure of the runtime", it.Ask("abort"));
    }

    [Theory]
    [InlineData("openat -100 \"/file\" 0")]
    [InlineData("open \"/file\" 0")]
    [InlineData("openat2 -100 \"/file\" 0 24")]
    [InlineData("newfstatat -100 \"/file\" 0 0")]
    [InlineData("statx -100 \"/file\" 0 0 0")]
    [InlineData("getdents64 0 0 0")]
    [InlineData("readlink \"/file\" 0 0")]
    [InlineData("chdir \"/open\"")]
    [InlineData("unlink \"/file\"")]
    [InlineData("connect 0 0 0")]
    [InlineData("bind 0 0 0")]
    [InlineData("listen 0 0")]
    [InlineData("socketpair 1 5 0 0")]
    [InlineData("kill 1 0")]
    [InlineData("tgkill 1 1 0")]
    [InlineData("tkill 1 0")]
    [InlineData("pidfd_open 1 0")]
    [InlineData("setuid 0")]
    [InlineData("setresuid 0 0 0")]
    [InlineData("setresgid 0 0 0")]
    [InlineData("setgroups 0 0")]
    [InlineData("capset 0 0")]
    [InlineData("chroot \"/\"")]
    [InlineData("memfd_create \"x\" 0")]
    [InlineData("seccomp 0 0 0")]
    [InlineData("landlock_create_ruleset 0 0 1")]
    [InlineData("prctl 4 1 0 0 0")]
    [InlineData("prctl 22 1 0 0 0")]
    [InlineData("ioctl 0 21522 0")]
    [InlineData("shmget 0 4096 512")]
    [InlineData("personality 0")]
    [InlineData("setsid")]
    [InlineData("wait4 -1 0 1 0")]
    [InlineData("mknodat -100 \"/node\" 4480 0")]
    [InlineData("acct \"/file\"")]
    [InlineData("reboot 0 0 0 0")]
    [InlineData("swapon \"/file\" 0")]
    [InlineData("settimeofday 0 0")]
    [InlineData("sethostname \"x\" 1")]
    [InlineData("syslog 3 0 0")]
    public void Without_a_set_that_allows_it_a_call_is_refused(string call)
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Runtime");

        Assert.Equal(Refused, it.Ask("syscall " + call));
    }

    [Theory]
    [InlineData("execve \"/file\" 0 0")]
    [InlineData("execveat -100 \"/file\" 0 0 0")]
    [InlineData("fork")]
    [InlineData("vfork")]
    [InlineData("clone 17 0 0 0 0")]
    [InlineData("ptrace 0 0 0 0")]
    [InlineData("process_vm_readv 1 0 0 0 0 0")]
    [InlineData("process_vm_writev 1 0 0 0 0 0")]
    [InlineData("bpf 0 0 0")]
    [InlineData("kexec_load 0 0 0 0")]
    [InlineData("init_module 0 0 \"\"")]
    [InlineData("finit_module 0 \"\" 0")]
    [InlineData("delete_module \"x\" 0")]
    [InlineData("mount 0 0 0 0 0")]
    [InlineData("umount2 \"/\" 0")]
    [InlineData("pivot_root \"/\" \"/\"")]
    [InlineData("setns 0 0")]
    [InlineData("unshare 268435456")]
    [InlineData("io_uring_setup 1 0")]
    [InlineData("keyctl 0 0 0 0 0")]
    [InlineData("add_key 0 0 0 0 0")]
    [InlineData("userfaultfd 0")]
    [InlineData("perf_event_open 0 0 0 0 0")]
    [InlineData("open_by_handle_at 0 0 0")]
    public void A_call_that_only_an_attacker_makes_kills(string call)
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Runtime", "ReadFiles", "Network", "LocalSockets", "Netlink");

        Assert.Equal(
            "no answer, killed by SIGSYS, a system call that its sandbox kills for", it.Ask("syscall " + call));
    }

    [Fact]
    public void The_call_whose_flags_cannot_be_seen_does_not_exist()
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Runtime");

        Assert.Equal("ENOSYS", it.Ask("syscall clone3 0 0"));
    }

    // The families of socket(2): unix 1, inet 2, inet6 10, netlink 16, packet 17, alg 38, vsock 40.
    [Theory]
    [InlineData("Runtime", "")]
    [InlineData("Runtime ReadFiles", "")]
    [InlineData("Runtime Network", "2 10")]
    [InlineData("Runtime LocalSockets", "1")]
    [InlineData("Runtime LocalDatagrams", "1")]
    [InlineData("Runtime Netlink", "16")]
    [InlineData("Runtime Network LocalSockets", "1 2 10")]
    public void Each_set_opens_sockets_of_its_own_families_alone(string sets, string families)
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, sets.Split(' '));

        Assert.Equal(families, string.Join(' ', Array.FindAll(["1", "2", "10", "16", "17", "38", "40"], CanOpen)));

        bool CanOpen(string family) => it.Ask($"syscall socket {family} 2 0") is not Refused;
    }

    [Theory]
    [InlineData("-100 \"/file\" 0")]
    [InlineData("-100 \"/file\" 657408")] // O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    [InlineData("-100 \"/open\" 65536")] // O_DIRECTORY
    public void The_set_that_reads_files_opens_them_for_reading(string arguments)
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Runtime", "ReadFiles");

        Assert.True(int.Parse(it.Ask("syscall openat " + arguments), CultureInfo.InvariantCulture) > 2);
    }

    [Theory]
    [InlineData("openat -100 \"/file\" 1")] // O_WRONLY
    [InlineData("openat -100 \"/file\" 2")] // O_RDWR
    [InlineData("openat -100 \"/file\" 3")] // both bits: ioctl only
    [InlineData("openat -100 \"/new\" 64 511")] // O_CREAT
    [InlineData("openat -100 \"/file\" 512")] // O_TRUNC
    [InlineData("openat -100 \"/open\" 4259840 511")] // O_TMPFILE
    [InlineData("openat2 -100 \"/file\" 0 24")]
    [InlineData("open \"/file\" 0")]
    [InlineData("creat \"/new\" 511")]
    [InlineData("unlinkat -100 \"/file\" 0")]
    [InlineData("renameat2 -100 \"/file\" -100 \"/new\" 0")]
    [InlineData("mkdirat -100 \"/new\" 511")]
    [InlineData("fchmodat -100 \"/file\" 511")]
    [InlineData("fchownat -100 \"/file\" 0 0 0")]
    [InlineData("linkat -100 \"/file\" -100 \"/new\" 0")]
    [InlineData("symlinkat \"/file\" -100 \"/new\"")]
    [InlineData("truncate \"/file\" 0")]
    [InlineData("utimensat -100 \"/file\" 0 0")]
    [InlineData("setxattr \"/file\" \"user.x\" \"y\" 1 0")]
    public void The_set_that_reads_files_changes_none(string call)
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Runtime", "ReadFiles");

        Assert.Equal(Refused, it.Ask("syscall " + call));
        Assert.Equal("content", File.ReadAllText(_root + "/file"));
    }

    [Fact]
    public void The_set_of_programs_executes()
    {
        using Prober it = Prober.Sandboxed(_root, Capabilities.None, "Programs");

        Assert.Equal("ENOENT", it.Ask("syscall execve \"/nothing\" 0 0"));
    }

    [Fact]
    public void Entering_as_root_is_a_mistake_of_ours() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Sandbox.Enter(new SandboxProfile("test", "/", 0, 0, SyscallSet.Runtime)));
}
