namespace Sluice.Engine.Processes;

// What happens when a rule matches; where none does, the call fails with EPERM.
internal enum SyscallAction
{
    // The call is made.
    Allow,

    // EPERM, where all else is allowed.
    Refuse,

    // ENOSYS: glibc falls back to the older call.
    NotImplemented,

    // SIGSYS ends the process: nothing of ours makes the call, so whoever does is an attacker.
    Kill,
}

// Matches when (argument & Mask) == Value; arguments are numbered from 0. No mask matches all.
internal readonly record struct ArgumentTest(uint Index, ulong Mask, ulong Value)
{
    public bool MatchesAll => Mask == 0;
}

// One system call by the name that libseccomp knows. Where there are two tests, both must match.
internal readonly record struct SyscallRule(string Name, SyscallAction Action, ArgumentTest Test = default, ArgumentTest Second = default);
