using System.Text;

namespace Sluice.Httpd.Configuration;

/// <summary>The bytes behind the strings of the configuration, whose characters are one byte each.</summary>
internal static class Bytes
{
    /// <summary>The bytes as they stand in the file.</summary>
    /// <param name="text">A string of the configuration.</param>
    public static byte[] Of(string text) => Encoding.Latin1.GetBytes(text);
}
