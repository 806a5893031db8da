using System;
using System.Text;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>Types of records of the DNS.</summary>
public enum RecordType
{
    /// <summary>No record.</summary>
    None,

    /// <summary>An IPv4 address (RFC 1035).</summary>
    A = 1,

    /// <summary>An IPv6 address (RFC 3596).</summary>
    Aaaa = 28,

    /// <summary>Where a service is (RFC 2782).</summary>
    Srv = 33,
}

/// <summary>Why there is no answer of the DNS.</summary>
public enum LookupFailure
{
    /// <summary>There is one.</summary>
    None,

    /// <summary>The name does not exist, or has no record of the type.</summary>
    NoSuchName,

    /// <summary>No name server answers, or all refuse.</summary>
    NoAnswer,
}

/// <summary>A question that the C library asks the name servers of resolv.conf(5): resolver(3). It reads that file anew when it has changed.</summary>
/// <param name="Failure">Why there is no answer.</param>
/// <param name="Message">The answer as it came, of an answer to this question; empty where there is none.</param>
public readonly record struct DnsLookup(LookupFailure Failure, ReadOnlyMemory<byte> Message)
{
    private const int Longest = 65535;
    private const int Internet = 1;

    /// <summary>Asks, and waits: for many seconds where nobody answers.</summary>
    /// <param name="name">A name; domains of the <c>search</c> list are tried as well.</param>
    /// <param name="type">What of it.</param>
    public static unsafe DnsLookup Search(string name, RecordType type)
    {
        ArgumentNullException.ThrowIfNull(name);
        byte[] message = new byte[Longest];
        byte[] bytes = [.. Encoding.Latin1.GetBytes(name), 0];
        fixed (byte* asked = bytes, answer = message)
        {
            int length = Libc.res_search(asked, Internet, (int)type, answer, message.Length);
            return length >= 0 ? new DnsLookup(LookupFailure.None, message.AsMemory(0, int.Min(length, message.Length)))
                : new DnsLookup(*Libc.__h_errno_location() is Libc.HOST_NOT_FOUND or Libc.NO_DATA ? LookupFailure.NoSuchName : LookupFailure.NoAnswer, default);
        }
    }
}
