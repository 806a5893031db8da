using System;

using Sluice.Engine.Passwords;

namespace Sluice.Httpd.Passwords;

/// <summary>Looks for a user in a password file, and compares the password: what takes long on purpose.</summary>
internal static class PasswordCheck
{
    /// <summary>What is computed for who is not known, where the file has nothing to take its cost from.</summary>
    private static ReadOnlySpan<byte> Nobody => "$2b$10$4Rv0Zt1uC8VFYwPpN3eOSuYVb0mF0S3pG6xXKQwq0tJ1m1o2pJm3W"u8;

    /// <summary>Whether the file has a line with this name and a hash of this password; all lines of the name are tried.</summary>
    /// <remarks>Who is not known takes as long as the first user of the file, so nobody learns who is known (H-AUTH-06).</remarks>
    /// <param name="content">The file.</param>
    /// <param name="user">The name; compared exactly.</param>
    /// <param name="password">The password.</param>
    /// <param name="hash">That of the thread this runs on.</param>
    public static Verdict Run(ReadOnlySpan<byte> content, ReadOnlySpan<byte> user, ReadOnlySpan<byte> password, PasswordHash hash)
    {
        ReadOnlySpan<byte> first = default;
        bool isTried = false;
        bool isRight = false;
        PasswordLines lines = new(content);
        while (lines.TryNext())
        {
            bool isUser = lines.User.SequenceEqual(user);
            if ((isUser || first.IsEmpty) && hash.UseOf(lines.Hash) == HashUse.Usable)
            {
                first = first.IsEmpty ? lines.Hash : first;
                isTried |= isUser;
                isRight |= isUser && hash.Verify(password, lines.Hash);
            }
        }

        if (!isTried)
        {
            _ = hash.Verify(password, first.IsEmpty ? Nobody : first);
        }

        return isRight ? Verdict.Granted : Verdict.Refused;
    }
}
