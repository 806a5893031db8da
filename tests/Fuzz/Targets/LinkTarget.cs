using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

using Sluice.Http.Text;

namespace Sluice.Fuzz.Targets;

/// <summary>Writes the name of a file as a link to it.</summary>
internal delegate string LinkWriter(ReadOnlySpan<byte> name);

/// <summary>
/// The name of a file as a link from the listing of its directory: what the link holds needs no quoting, it leads below the directory
/// to one component and nothing else, and a decoder written apart gives back every byte.
/// </summary>
internal sealed class LinkTarget : FuzzTarget
{
    private const string Special = "%/\\?#&'\"<>:;@=+,~.-_!$()*[]{}|^` \n\t\u007f\u0080\u00ff25Ef";
    private static readonly Uri _directory = new("http://host.example/d/");

    private readonly LinkWriter _write;

    public LinkTarget()
        : this(Write)
    {
    }

    private LinkTarget(LinkWriter write)
    {
        _write = write;
    }

    public override string Name => "link";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("leaves the percent sign", Replacing("%25", "%")),
        new("leaves the backslash", Replacing("%5C", "\\")),
        new("leaves the slash", Replacing("%2F", "/")),
        new("leaves the question mark", Replacing("%3F", "?")),
        new("leaves the apostrophe", Replacing("%27", "'")),
        new("loses the high half of a byte", Replacing("%FF", "%0F")),
    ];

    public override byte[] Generate(Random random)
    {
        byte[] name = new byte[random.Next(1, 16)];
        for (int i = 0; i < name.Length; i++)
        {
            name[i] = random.Next(4) == 0 ? (byte)random.Next(256) : (byte)Special[random.Next(Special.Length)];
        }

        return name;
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        // Neither the directory nor its parent is the name of a file.
        if (input is [] or [(byte)'.'] or [(byte)'.', (byte)'.'])
        {
            return null;
        }

        string link = _write(input);
        if (Odd(link) is { } letter)
        {
            return $"'{letter}' in {link}";
        }

        if (!input.SequenceEqual(Decode(link)))
        {
            return $"{link} is another name";
        }

        string leads = new Uri(_directory, "./" + link).AbsoluteUri;
        return leads == _directory.AbsoluteUri + link ? null : $"{link} leads to {leads}";
    }

    private static LinkTarget Replacing(string encoded, string bare) => new(name => Write(name).Replace(encoded, bare, StringComparison.Ordinal));

    private static string Write(ReadOnlySpan<byte> name)
    {
        byte[] link = new byte[name.Length * PercentEncoding.MostBytesPerByte];
        return Encoding.Latin1.GetString(link, 0, PercentEncoding.EncodeComponent(name, link));
    }

    /// <summary>The first letter that is none of a component of a path (pchar, RFC 3986 3.3), or that ends an attribute.</summary>
    private static char? Odd(string link)
    {
        foreach (char letter in link)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && !"-._~%!$()*+,;=:@".Contains(letter, StringComparison.Ordinal))
            {
                return letter;
            }
        }

        return null;
    }

    private static byte[] Decode(string link)
    {
        List<byte> name = [];
        for (int i = 0; i < link.Length; i++)
        {
            bool isEncoded = link[i] == '%' && i + 2 < link.Length
                && byte.TryParse(link.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
            name.Add(isEncoded ? byte.Parse(link.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : (byte)link[i]);
            i += isEncoded ? 2 : 0;
        }

        return [.. name];
    }
}
