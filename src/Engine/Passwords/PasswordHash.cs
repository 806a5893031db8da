using System;

using Sluice.Engine.Buffers;
using Sluice.Engine.Native;
using Sluice.Engine.Processes;

namespace Sluice.Engine.Passwords;

/// <summary>What a text is good for as the hash of a password.</summary>
public enum HashUse
{
    /// <summary>A password can be compared with it.</summary>
    Usable,

    /// <summary>It is none of a kind that the system's library knows; crypt(5).</summary>
    Unknown,

    /// <summary>One comparison would take seconds to days: nobody waits for that, and others would have to.</summary>
    TooCostly,
}

/// <summary>Hashes of passwords, by libcrypt: crypt(3), crypt(5). Takes time on purpose, so never on a loop that serves. One a thread.</summary>
/// <remarks>What the library leaves of a password is cleared after each call.</remarks>
public sealed class PasswordHash
{
    /// <summary>Bytes of the longest password that a program takes (htpasswd(1)).</summary>
    public const int LongestPassword = 1023;

    /// <summary>Bytes of the longest hash.</summary>
    public const int LongestHash = Crypt.CRYPT_OUTPUT_SIZE - 1;

    /// <summary>Bytes of a password that bcrypt looks at; the others change nothing.</summary>
    public const int BcryptLength = 72;

    // 65,536 rounds of bcrypt are four seconds, ten million of SHA-512 as many.
    private const int HighestBcryptCost = 16;
    private const long MostShaRounds = 10_000_000;
    private const int SaltBytes = 16;

    private readonly SecretBytes _work = new(WorkBytes);
    private readonly SecretBytes _password = new(Crypt.CRYPT_MAX_PASSPHRASE_SIZE);
    private readonly SecretBytes _setting = new(Crypt.CRYPT_OUTPUT_SIZE);

    /// <summary>How many hashes it has computed: an answer that must not be told by its time takes as many as another.</summary>
    public int Computed { get; private set; }

    private static unsafe int WorkBytes => sizeof(Crypt.crypt_data);

    /// <summary>Has the system's library loaded, for a process that will not be able to.</summary>
    public static void WarmUp()
    {
        const int Cheapest = 4;
        Preload.ResolveNativeCalls(typeof(Crypt));
        // A library is not loaded before its first call, whatever was resolved.
        PasswordHash hash = new();
        Span<byte> made = stackalloc byte[LongestHash];
        int length = hash.Hash("x"u8, Cheapest, made);
        if (hash.UseOf(made[..length]) != HashUse.Usable)
        {
            throw new InvalidOperationException("libcrypt does not know bcrypt");
        }
    }

    /// <summary>Whether a password can be compared with it.</summary>
    public unsafe HashUse UseOf(ReadOnlySpan<byte> hash)
    {
        if (hash.Length > LongestHash || hash.Contains((byte)0))
        {
            return HashUse.Unknown;
        }

        Terminate(hash, _setting);
        int known;
        fixed (byte* setting = _setting.Span)
        {
            known = hash.IsEmpty ? Crypt.CRYPT_SALT_INVALID : Crypt.crypt_checksalt(setting);
        }

        _setting.Clear();
        return known is not (Crypt.CRYPT_SALT_OK or Crypt.CRYPT_SALT_METHOD_LEGACY) ? HashUse.Unknown
            : IsTooCostly(hash) ? HashUse.TooCostly : HashUse.Usable;
    }

    /// <summary>Whether the password is the one that was hashed. Takes the same time whatever it is.</summary>
    /// <param name="password">One with a NUL is never right: the library would see what stands before it alone.</param>
    /// <param name="hash">One that <see cref="UseOf"/> calls usable; others are never right.</param>
    public bool Verify(ReadOnlySpan<byte> password, ReadOnlySpan<byte> hash)
    {
        Span<byte> computed = stackalloc byte[LongestHash];
        int length = Compute(password, hash, computed);
        bool isRight = AreEqual(computed[..length], hash);
        computed.Clear();
        return isRight;
    }

    /// <summary>Hashes a password by bcrypt with a salt of its own.</summary>
    /// <param name="password">Without NUL; what is behind its 72nd byte changes nothing.</param>
    /// <param name="cost">4 to 31: the rounds are two to the power of it.</param>
    /// <param name="hash">Takes the 60 bytes.</param>
    /// <returns>Bytes written; 0 where the password or the cost is none.</returns>
    public unsafe int Hash(ReadOnlySpan<byte> password, int cost, Span<byte> hash)
    {
        Span<byte> salt = stackalloc byte[SaltBytes];
        Span<byte> setting = stackalloc byte[Crypt.CRYPT_GENSALT_OUTPUT_SIZE];
        SystemRandom.Fill(salt);
        fixed (byte* prefix = "$2b$\0"u8, random = salt, output = setting)
        {
            if (Crypt.crypt_gensalt_rn(prefix, (uint)cost, random, salt.Length, output, setting.Length) == null)
            {
                return 0;
            }
        }

        return Compute(password, setting[..setting.IndexOf((byte)0)], hash);
    }

    private unsafe int Compute(ReadOnlySpan<byte> password, ReadOnlySpan<byte> hash, Span<byte> computed)
    {
        ReadOnlySpan<byte> used = hash.StartsWith("$2"u8) && password.Length > BcryptLength ? password[..BcryptLength] : password;
        if (used.Length >= Crypt.CRYPT_MAX_PASSPHRASE_SIZE || password.Contains((byte)0) || hash.Length > LongestHash)
        {
            return 0;
        }

        Terminate(used, _password);
        Terminate(hash, _setting);
        int length = 0;
        fixed (byte* phrase = _password.Span, setting = _setting.Span, work = _work.Span)
        {
            byte* result = Crypt.crypt_rn(phrase, setting, work, _work.Span.Length);
            if (result != null)
            {
                ReadOnlySpan<byte> found = new(result, LongestHash);
                length = found.IndexOf((byte)0);
                found[..length].CopyTo(computed);
                Computed++;
            }
        }

        _password.Clear();
        _setting.Clear();
        _work.Clear();
        return length;
    }

    private static bool IsTooCostly(ReadOnlySpan<byte> hash)
    {
        const int CostPlace = 4;
        if (hash.StartsWith("$2"u8))
        {
            return hash.Length > CostPlace + 1 && Number(hash[CostPlace..]) > HighestBcryptCost;
        }

        const int RoundsPlace = 10;
        return (hash.StartsWith("$5$rounds="u8) || hash.StartsWith("$6$rounds="u8)) && Number(hash[RoundsPlace..]) > MostShaRounds;
    }

    // The digits at the beginning; more of them than any cost has count as more than any.
    private static long Number(ReadOnlySpan<byte> text)
    {
        const int MostDigits = 12;
        int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        long number = 0;
        foreach (byte digit in text[..int.Min(digits, MostDigits)])
        {
            number = (number * 10) + digit - '0';
        }

        return digits > MostDigits ? long.MaxValue : number;
    }

    private static void Terminate(ReadOnlySpan<byte> text, SecretBytes destination)
    {
        text.CopyTo(destination.Span);
        destination.Span[text.Length] = 0;
    }

    // Looks at all bytes, whatever the first ones are. A hash is never empty.
    private static bool AreEqual(ReadOnlySpan<byte> computed, ReadOnlySpan<byte> hash)
    {
        if (computed.IsEmpty || computed.Length != hash.Length)
        {
            return false;
        }

        int difference = 0;
        for (int index = 0; index < computed.Length; index++)
        {
            difference |= computed[index] ^ hash[index];
        }

        return difference == 0;
    }
}
