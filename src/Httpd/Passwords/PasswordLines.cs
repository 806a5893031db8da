using System;

namespace Sluice.Httpd.Passwords;

/// <summary>The lines of a password file: a name, a colon, and all the rest is the hash (H-AUTH-04). Nothing is trimmed, there are no comments.</summary>
/// <param name="content">The file.</param>
internal ref struct PasswordLines(ReadOnlySpan<byte> content)
{
    private ReadOnlySpan<byte> _rest = content;

    /// <summary>Which line it is, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The name; may be empty.</summary>
    public ReadOnlySpan<byte> User { get; private set; }

    /// <summary>The hash; may be empty.</summary>
    public ReadOnlySpan<byte> Hash { get; private set; }

    /// <summary>Goes on to the next line that has a colon; false at the end.</summary>
    public bool TryNext()
    {
        while (!_rest.IsEmpty)
        {
            int end = _rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            Number++;
            int colon = line.IndexOf((byte)':');
            if (colon >= 0)
            {
                User = line[..colon];
                Hash = line[(colon + 1)..];
                return true;
            }
        }

        return false;
    }
}
