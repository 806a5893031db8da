using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.System.Tls;

/// <summary>Looks through the memory of a process for secrets, such as private keys: primes and scalars in both byte orders, and their text (D-65).</summary>
internal sealed class KeySearch
{
    private const int Block = 1 << 20, MostPattern = 4096, LongLine = 60, SameInAll = 20;

    private readonly List<(string Name, byte[] Bytes)> _patterns = [];

    /// <summary>Looks for the secret parts of a key too.</summary>
    /// <param name="file">PEM text: RSA, ECDSA or Ed25519.</param>
    public KeySearch Add(string file)
    {
        string pem = File.ReadAllText(file);
        string name = Path.GetFileName(file);
        byte[] content = Convert.FromBase64String(string.Concat(pem.Split('\n').Where(line => !line.StartsWith("-----", StringComparison.Ordinal))));
        if (TryRead(RSA.Create, pem) is { } rsa)
        {
            RSAParameters secret = rsa.ExportParameters(includePrivateParameters: true);
            AddBoth($"{name} p", secret.P!);
            AddBoth($"{name} q", secret.Q!);
            AddBoth($"{name} d", secret.D!);
            AddBoth($"{name} d mod p-1", secret.DP!);
            AddBoth($"{name} 1/q mod p", secret.InverseQ!);
        }
        else if (TryRead(ECDsa.Create, pem) is { } ecdsa)
        {
            AddBoth($"{name} scalar", ecdsa.ExportParameters(includePrivateParameters: true).D!);
        }
        else
        {
            // RFC 8410 7: the seed is what the key ends with.
            AddBoth($"{name} seed", content[^32..]);
        }

        // A line is enough: the first without what is the same in all keys, one in the middle, which has a prime, and the last whole one.
        string[] lines = [.. pem.Split('\n').Where(line => line.Length >= LongLine && !line.StartsWith('-'))];
        foreach (string line in (string[])[lines[0][SameInAll..], lines[lines.Length / 2], lines[^1]])
        {
            _patterns.Add(($"{name} text", Encoding.ASCII.GetBytes(line[..^4])));
        }

        return this;
    }

    /// <summary>Looks for a text too.</summary>
    public KeySearch AddText(string name, string text)
    {
        _patterns.Add((name, Encoding.ASCII.GetBytes(text)));
        return this;
    }

    /// <summary>What is found in a process, and where; each pattern once.</summary>
    public IReadOnlyList<string> In(int process)
    {
        HashSet<string> found = [];
        using FileStream memory = new($"/proc/{process}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        byte[] block = new byte[Block + MostPattern];
        foreach (string line in File.ReadAllLines($"/proc/{process}/maps"))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[1][0] != 'r' || line.EndsWith("[vvar]", StringComparison.Ordinal) || line.EndsWith("[vsyscall]", StringComparison.Ordinal))
            {
                continue;
            }

            string[] range = fields[0].Split('-');
            long start = long.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            long end = long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            for (long at = start; at < end; at += Block)
            {
                Look(block.AsSpan(0, Read(memory, at, block.AsSpan(0, (int)long.Min(block.Length, end - at)))), fields.ElementAtOrDefault(5), found);
            }
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    private void Look(ReadOnlySpan<byte> content, string? place, HashSet<string> found)
    {
        foreach ((string name, byte[] bytes) in _patterns)
        {
            if (content.IndexOf(bytes) >= 0)
            {
                found.Add($"{name} in {place ?? "anonymous memory"}");
            }
        }
    }

    // What cannot be read, such as pages behind the end of a file, holds nothing.
    private static int Read(FileStream memory, long at, Span<byte> destination)
    {
        try
        {
            return RandomAccess.Read(memory.SafeFileHandle, destination, at);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private void AddBoth(string name, byte[] number)
    {
        _patterns.Add((name, number));
        _patterns.Add(($"{name} (little-endian)", [.. number.Reverse()]));
    }

    private static T? TryRead<T>(Func<T> create, string pem)
        where T : AsymmetricAlgorithm
    {
        T key = create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }
}
