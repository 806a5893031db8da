using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Sluice.System.Ground;

/// <summary>A certificate and its key in files, made by openssl(1).</summary>
internal sealed record Pair(string Certificate, string Key)
{
    private static readonly Dictionary<string, string[]> _kinds = new(global::System.StringComparer.Ordinal)
    {
        ["rsa"] = ["-newkey", "rsa:2048"],
        ["ecdsa"] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
        ["ed25519"] = ["-newkey", "ed25519"],
    };

    /// <summary>The lines of a server that name it.</summary>
    public string Lines => $"tls {{ certificate \"{Certificate}\", key \"{Key}\" }}";

    /// <summary>A self-signed one for these hosts: <c>rsa</c>, <c>ecdsa</c> or <c>ed25519</c>; with a name, in the files of that name.</summary>
    public static Pair Make(Place place, string kind, string file, params string[] hosts)
    {
        Pair pair = In(place, file);
        string names = string.Join(',', hosts.Select(host => $"DNS:{host}"));
        place.Tool(
            "openssl",
            ["req", "-x509", "-batch", "-nodes", "-days", "100", .. _kinds[kind], "-subj", $"/CN={hosts[0]}", "-addext", $"subjectAltName={names}",
                "-keyout", pair.Key, "-out", pair.Certificate]);
        File.SetUnixFileMode(pair.Key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return pair;
    }

    /// <summary>One that this pair, an authority, has issued.</summary>
    public Pair Issue(Place place, string file, string subject)
    {
        Pair pair = In(place, file);
        string request = Path.Combine(place.Folder, $"{file}.req");
        place.Tool("openssl", ["req", "-new", "-batch", "-nodes", .. _kinds["ecdsa"], "-subj", subject, "-keyout", pair.Key, "-out", request]);
        place.Tool("openssl", "x509", "-req", "-days", "100", "-CA", Certificate, "-CAkey", Key, "-CAcreateserial", "-in", request, "-out", pair.Certificate);
        return pair;
    }

    /// <summary>The file of a list in which this pair, an authority, revokes others.</summary>
    public string Revoke(Place place, params Pair[] revoked)
    {
        string index = Path.Combine(place.Folder, "index.txt"), list = Path.Combine(place.Folder, "crl.pem");
        string settings = Path.Combine(place.Folder, "ca.cnf");
        File.WriteAllText(index, "");
        File.WriteAllText(settings, $"[ca]\ndefault_ca=own\n[own]\ndatabase={index}\ndefault_md=sha256\ndefault_crl_days=10\n");
        string[] authority = ["ca", "-config", settings, "-cert", Certificate, "-keyfile", Key];
        foreach (Pair pair in revoked)
        {
            place.Tool("openssl", [.. authority, "-revoke", pair.Certificate]);
        }

        place.Tool("openssl", [.. authority, "-gencrl", "-out", list]);
        return list;
    }

    /// <summary>Makes it unfit for use: without its <c>certificate</c> or <c>key</c>, with a <c>broken</c> certificate, with <c>no key</c> in the file, or with the key of another one
    /// (<c>other key</c>). Whatever else leaves it good.</summary>
    public void Spoil(Place place, string fault)
    {
        switch (fault)
        {
            case "certificate":
                File.Delete(Certificate);
                break;
            case "key":
                File.Delete(Key);
                break;
            case "broken":
                File.WriteAllText(Certificate, "broken\n");
                break;
            case "no key":
                File.WriteAllText(Key, "no key\n");
                break;
            case "other key":
                File.Copy(Make(place, "ecdsa", "other", "other").Key, Key, overwrite: true);
                break;
            default:
                break;
        }
    }

    private static Pair In(Place place, string file) =>
        new(Path.Combine(place.Folder, $"{file}.crt"), Path.Combine(place.Folder, $"{file}.key"));
}
