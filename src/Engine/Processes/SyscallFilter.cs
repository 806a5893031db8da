using System;
using System.IO;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

// A seccomp filter, built while the libraries can still be found and loaded as the last step into the sandbox.
internal sealed class SyscallFilter : IDisposable
{
    private const int NotPermitted = 1;
    private const int NotImplemented = 38;

    private readonly SeccompContext _context;

    public SyscallFilter(SyscallSet set)
    {
        _context = new SeccompContext(Action(set.Otherwise));
        if (_context.IsInvalid)
        {
            throw new IOException("seccomp_init: out of memory");
        }

        // Calls of another architecture have other numbers: none of ours makes one.
        Check(Seccomp.seccomp_attr_set(_context, Seccomp.SCMP_FLTATR_ACT_BADARCH, Seccomp.SCMP_ACT_KILL_PROCESS), "architecture");
        // Sandbox.Enter sets it, where its failure is seen by name.
        Check(Seccomp.seccomp_attr_set(_context, Seccomp.SCMP_FLTATR_CTL_NNP, 0), "no_new_privs");
        Check(Seccomp.seccomp_attr_set(_context, Seccomp.SCMP_FLTATR_CTL_TSYNC, 1), "all threads");
        // A binary tree; calls that are allowed whatever their arguments are the kernel looks up in a bitmap anyway.
        Check(Seccomp.seccomp_attr_set(_context, Seccomp.SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimization");
        foreach (SyscallRule rule in set.Rules)
        {
            Add(rule);
        }

        if (set.Otherwise == SyscallAction.Refuse)
        {
            // The runtime suspends its threads with it; it reaches no other process.
            Add(new SyscallRule("tgkill", SyscallAction.Allow, new ArgumentTest(0, 0xffffffff, (ulong)Environment.ProcessId)));
        }
    }

    // On all threads of the process.
    public void Load() => Check(Seccomp.seccomp_load(_context), "load");

    public void Dispose() => _context.Dispose();

    private unsafe void Add(SyscallRule rule)
    {
        Seccomp.scmp_arg_cmp* tests = stackalloc Seccomp.scmp_arg_cmp[2];
        tests[0] = Comparison(rule.Test);
        tests[1] = Comparison(rule.Second);
        uint count = rule.Test.MatchesAll ? 0u : rule.Second.MatchesAll ? 1u : 2u;
        Check(Seccomp.seccomp_rule_add_array(_context, Action(rule.Action), Number(rule.Name), count, tests), rule.Name);
    }

    private static Seccomp.scmp_arg_cmp Comparison(ArgumentTest test) => new()
    {
        arg = test.Index,
        op = Seccomp.SCMP_CMP_MASKED_EQ,
        datum_a = test.Mask,
        datum_b = test.Value,
    };

    // Calls that this architecture does not have get a negative number, which libseccomp ignores in a rule.
    private static unsafe int Number(string name)
    {
        fixed (byte* text = SystemCall.Terminated(name))
        {
            int number = Seccomp.seccomp_syscall_resolve_name(text);
            return number != Seccomp.__NR_SCMP_ERROR ? number : throw new IOException($"libseccomp does not know the system call {name}");
        }
    }

    private static uint Action(SyscallAction action) => action switch
    {
        SyscallAction.Allow => Seccomp.SCMP_ACT_ALLOW,
        SyscallAction.Refuse => Seccomp.SCMP_ACT_ERRNO(NotPermitted),
        SyscallAction.NotImplemented => Seccomp.SCMP_ACT_ERRNO(NotImplemented),
        SyscallAction.Kill => Seccomp.SCMP_ACT_KILL_PROCESS,
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    // libseccomp returns the error negated.
    private static void Check(int result, string step)
    {
        if (result != 0)
        {
            throw SystemCall.Failure($"seccomp ({step})", (Errno)(-result));
        }
    }
}
