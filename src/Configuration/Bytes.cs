using System;
using System.Text;

namespace Sluice.Configuration;

/// <summary>The bytes behind the strings of the configuration, whose characters are one byte each.</summary>
public static class Bytes
{
    /// <summary>The bytes as they stand in the file.</summary>
    /// <param name="text">A string of the configuration.</param>
    public static byte[] Of(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>The other way round.</summary>
    /// <param name="bytes">The content of a file.</param>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
