using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml.Linq;

using Sluice.Engine;

namespace Sluice.Unit.Native;

/// <summary>
/// A C program that compiles only if all that Engine declares is as the system's headers have it. Declarations are found
/// by reflection and have the manual's names, so a new one is in it without being written down here; if its header is
/// not, it does not compile.
/// </summary>
internal static class CAssertions
{
    private static readonly string[] _headers =
    [
        "stddef.h", "crypt.h", "dirent.h", "errno.h", "fcntl.h", "grp.h", "netinet/icmp6.h", "netinet/in.h", "netinet/tcp.h", "netdb.h", "poll.h", "pwd.h", "resolv.h", "sched.h",
        "seccomp.h", "signal.h", "spawn.h", "stdio.h", "stdlib.h", "string.h", "sys/epoll.h", "sys/eventfd.h", "sys/file.h", "sys/ioctl.h", "sys/mman.h",
        "sys/prctl.h", "sys/random.h", "sys/resource.h", "sys/sendfile.h", "sys/socket.h", "sys/stat.h", "sys/syscall.h",
        "sys/uio.h", "sys/un.h", "sys/wait.h", "termios.h", "unistd.h", "linux/capability.h", "linux/filter.h", "linux/icmp.h", "linux/netlink.h", "linux/netfilter.h", "linux/netfilter_ipv4.h", "linux/netfilter/nfnetlink.h",
        "linux/netfilter/nfnetlink_conntrack.h", "linux/netfilter/nf_tables.h", "linux/nexthop.h", "linux/openat2.h", "linux/rtnetlink.h", "openssl/asn1.h",
        "openssl/bio.h", "openssl/core.h", "openssl/core_dispatch.h", "openssl/crypto.h", "openssl/err.h", "openssl/evp.h",
        "openssl/pem.h", "openssl/provider.h", "openssl/rsa.h", "openssl/ssl.h", "openssl/tls1.h", "openssl/x509.h",
        "openssl/x509v3.h",
    ];

    // What C calls otherwise: a struct that shares its name with a function, and constants that we composed.
    private static readonly Dictionary<string, string> _namesInC = new(StringComparer.Ordinal)
    {
        ["statx_t"] = "struct statx",
        ["sigset_t"] = "sigset_t",
        ["OSSL_PARAM"] = "OSSL_PARAM",
        ["OSSL_DISPATCH"] = "OSSL_DISPATCH",
        ["OSSL_ALGORITHM"] = "OSSL_ALGORITHM",
        ["posix_spawnattr_t"] = "posix_spawnattr_t",
        ["posix_spawn_file_actions_t"] = "posix_spawn_file_actions_t",
        ["__O_TMPFILE_BIT"] = "O_TMPFILE & ~O_DIRECTORY",
        ["BPF_LD_B_ABS"] = "BPF_LD | BPF_B | BPF_ABS",
        ["BPF_ALU_AND_K"] = "BPF_ALU | BPF_AND | BPF_K",
        ["BPF_JMP_JEQ_K"] = "BPF_JMP | BPF_JEQ | BPF_K",
        ["BPF_RET_K"] = "BPF_RET | BPF_K",
    };

    // Fields of these names stand for contents that only the library knows, and for room that nobody uses.
    private static readonly string[] _unnamed = ["opaque", "reserved"];

    private static Assembly Engine => typeof(Errno).Assembly;

    /// <summary>The classes that hold declarations.</summary>
    public static IEnumerable<Type> Libraries =>
        Engine.GetTypes().Where(static type => type is { Namespace: "Sluice.Engine.Native", IsNested: false, IsAbstract: true, IsSealed: true });

    /// <summary>The functions that are imported.</summary>
    public static IEnumerable<MethodInfo> Functions => Engine.GetTypes()
        .SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(static method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl));

    public static string Write()
    {
        StringBuilder program = new("#define _GNU_SOURCE\n");
        foreach (string header in _headers)
        {
            Line(program, $"#include <{header}>");
        }

        foreach (Type library in Libraries)
        {
            WriteConstants(program, library);
            foreach (Type structure in library.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).Where(IsStructure))
            {
                WriteStructure(program, structure);
            }
        }

        WriteErrors(program);
        return program.ToString();
    }

    private static bool IsStructure(Type type) => type.IsValueType && !type.IsEnum;

    private static void WriteConstants(StringBuilder program, Type library)
    {
        foreach (FieldInfo constant in library.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(static field => field.IsLiteral))
        {
            string name = InC(constant.Name) ?? constant.Name;
            Assert(program, $"(long long)({name}) == {Number(constant.GetRawConstantValue()!)}", constant.Name);
        }
    }

    private static void WriteStructure(StringBuilder program, Type structure)
    {
        string name = InC(structure.Name) ?? $"struct {structure.Name}";
        Assert(program, $"sizeof({name}) == {SizeOf(structure)}", structure.Name);
        foreach (FieldInfo field in structure.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(static field => !_unnamed.Contains(field.Name, StringComparer.Ordinal)))
        {
            string place = $"{structure.Name}.{field.Name}";
            Assert(program, $"offsetof({name}, {field.Name}) == {Marshal.OffsetOf(structure, field.Name)}", place);
            Assert(program, $"sizeof((({name} *)0)->{field.Name}) == {SizeOf(field.FieldType)}", place);
        }
    }

    // Their names in C are the first word of what is written about them.
    private static void WriteErrors(StringBuilder program)
    {
        const string prefix = "F:Sluice.Engine.Errno.";
        XDocument documentation = XDocument.Load(System.IO.Path.ChangeExtension(Engine.Location, "xml"));
        Dictionary<string, string> summaries = documentation.Descendants("member")
            .Where(static member => member.Attribute("name")!.Value.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(static member => member.Attribute("name")!.Value[prefix.Length..], static member => member.Value.Trim(), StringComparer.Ordinal);
        foreach (Errno error in Enum.GetValues<Errno>().Where(static error => error != Errno.None))
        {
            string name = summaries[error.ToString()].Split(':')[0];
            Assert(program, $"{name} == {(int)error}", $"Errno.{error}");
        }
    }

    private static int SizeOf(Type type) => type.IsPointer
        ? nint.Size
        : (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(obj: null, parameters: null)!;

    private static string? InC(string name) => _namesInC.GetValueOrDefault(name);

    private static string Number(object value) => Convert.ToDecimal(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) + "LL";

    private static void Assert(StringBuilder program, string condition, string what) =>
        Line(program, $"_Static_assert({condition}, \"{what}\");");

    private static void Line(StringBuilder program, string line) => program.Append(line).Append('\n');
}
