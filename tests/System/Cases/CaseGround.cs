using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.System.Ground;

namespace Sluice.System.Cases;

/// <summary>The site of one case file with its daemon running.</summary>
internal sealed class CaseGround : IDisposable
{
    private readonly Place _place = new();

    public CaseGround(CaseFile file)
    {
        File = file;
        Site = new Site(_place);
        try
        {
            foreach (string[] words in file.Site)
            {
                Make(words);
            }

            Daemon = Daemon.Start(_place, Site.Configure(file.Configuration).Configuration);
        }
        catch
        {
            _place.Dispose();
            throw;
        }
    }

    public CaseFile File { get; }

    public Site Site { get; }

    public Daemon Daemon { get; }

    public Peer Connect(string address, int port) => new(_place, global::System.Net.IPAddress.Parse(address), port);

    public void Dispose()
    {
        Daemon.Dispose();
        _place.Dispose();
    }

    private void Make(string[] words)
    {
        string path = Path.Combine(Site.Root, words[1]);
        switch (words)
        {
            case ["file", _, "size", string size]:
                Site.Document(words[1], Site.Bytes(int.Parse(size, CultureInfo.InvariantCulture)));
                break;
            case ["file", _, string content]:
                Site.Document(words[1], Encoding.Latin1.GetBytes(content));
                break;
            case ["folder", _]:
                Site.Document(words[1] + "/.made", []);
                break;
            case ["link", _, string target]:
                global::System.IO.File.CreateSymbolicLink(path, target);
                break;
            case ["mode", _, string octal]:
                global::System.IO.File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(octal, 8));
                break;
            case ["older", _, string seconds]:
                global::System.IO.File.SetLastWriteTimeUtc(path, Site.Modified.AddSeconds(-int.Parse(seconds, CultureInfo.InvariantCulture)));
                break;
            case ["fifo", _]:
                _place.Tool("mkfifo", "-m", "644", path);
                break;
            default:
                throw new InvalidDataException($"{File.Name}.case: not understood: {string.Join(' ', words)}");
        }
    }
}

/// <summary>The grounds of all case files, each made when its first case is played, gone after the last one.</summary>
public sealed class CaseGrounds : IDisposable
{
    private readonly Dictionary<string, CaseGround> _grounds = [];
    private readonly Dictionary<string, CaseFile> _files = CaseFile.All().ToDictionary(file => file.Name, StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (CaseGround ground in _grounds.Values)
        {
            ground.Dispose();
        }
    }

    internal CaseGround Of(string name)
    {
        if (!_grounds.TryGetValue(name, out CaseGround? ground))
        {
            _grounds[name] = ground = new CaseGround(_files[name]);
        }

        return ground;
    }
}
