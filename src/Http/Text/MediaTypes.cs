using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sluice.Http.Text;

/// <summary>Media types by extension of a file's name (H-FILE-24), in any case of letters.</summary>
/// <typeparam name="T">What is known of a type: its text, or more.</typeparam>
public sealed class MediaTypes<T>
    where T : class
{
    private readonly Dictionary<byte[], T> _types;
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <summary>Starts empty.</summary>
    public MediaTypes()
    {
        _types = new Dictionary<byte[], T>(FoldedBytes.Instance);
        _lookup = _types.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Says what an extension means; a later line wins.</summary>
    public void Set(ReadOnlySpan<byte> extension, T type) => _types[extension.ToArray()] = type;

    /// <summary>
    /// The type of a path: by the text after the last dot of its last component, or by the whole component where it has none
    /// (a file named <c>html</c> is an HTML page).
    /// </summary>
    public bool TryFind(ReadOnlySpan<byte> path, [NotNullWhen(true)] out T? type)
    {
        int at = path.LastIndexOfAny((byte)'.', (byte)'/');
        return _lookup.TryGetValue(path[(at + 1)..], out type);
    }

    private sealed class FoldedBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly FoldedBytes Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => Ascii.EqualsIgnoreCase((ReadOnlySpan<byte>)x, (ReadOnlySpan<byte>)y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => Ascii.EqualsIgnoreCase(alternate, (ReadOnlySpan<byte>)other);

        public int GetHashCode(byte[] obj) => GetHashCode((ReadOnlySpan<byte>)obj);

        // FNV-1a over lower case; the keys come from the configuration, so nobody can aim at it.
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            uint hash = 2166136261;
            foreach (byte value in alternate)
            {
                uint folded = char.IsAsciiLetterUpper((char)value) ? value | 0x20u : value;
                hash = unchecked((hash ^ folded) * 16777619);
            }

            return unchecked((int)hash);
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
