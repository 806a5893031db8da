using System;
using System.Collections.Generic;
using System.Net;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>SERVERS and locations of httpd.conf(5): blocks, names, listeners.</summary>
internal sealed class ServerGrammar(LoadState state)
{
    private const string NamedByIncluding = "Write the option in the server block; it holds for all locations.";

    private readonly TokenReader _reader = state.Reader;

    /// <summary>"server" [ "match" ] string "{" options "}"</summary>
    public void Server()
    {
        int errors = state.Diagnostics.Errors;
        _reader.ExpectKeyword("server");
        state.HasServer = true;
        NameKind kind = Kind();
        string name = Strings.Read(_reader, "the server's name", Limits.ServerName, "server name truncated");
        Patterns.Check(_reader, kind, name);
        ServerDraft server = new()
        {
            Name = new ServerName(name, kind),
            ErrorDocuments = state.ErrorDocuments,
            Banner = state.Banner,
        };
        Blocks.Read(_reader, () => Option(server, location: null));
        server.End = _reader.Previous;
        if (state.Diagnostics.Errors == errors && state.Checks.Accept(server, state))
        {
            state.Servers.Add(server);
        }
    }

    private void Option(ServerDraft server, LocationDraft? location)
    {
        Token token = _reader.Peek();
        SettingsDraft settings = location?.Settings ?? server.Settings;
        state.Note(token.Text, token.Position);
        bool isKnown = token.Kind switch
        {
            TokenKind.Keyword => Keyword(token.Text, server, location) || OptionGrammar.Read(state, settings) || ConnectionGrammar.Read(_reader, server, location),
            TokenKind.Text => NoticeGrammar.Read(_reader, settings),
            _ => false,
        };
        if (!isKnown)
        {
            UnknownOption(token);
        }
    }

    private bool Keyword(string keyword, ServerDraft server, LocationDraft? location)
    {
        switch (keyword)
        {
            case "include":
                HttpdGrammar.Include(state);
                return true;
            case "listen":
                Listen(server, location);
                return true;
            case "alias":
                Alias(server, location);
                return true;
            case "location":
                Location(server, location);
                return true;
            case "no":
                No(server, location);
                return true;
            default:
                return false;
        }
    }

    private void No(ServerDraft server, LocationDraft? location)
    {
        _reader.ExpectKeyword("no");
        if (!OptionGrammar.ReadNo(_reader, location?.Settings ?? server.Settings) && !ConnectionGrammar.ReadNo(_reader, server, location))
        {
            _reader.SyntaxError("no goes with: authenticate, banner, errdocs, fastcgi, gzip-static, log, notify-on-block");
        }
    }

    private void UnknownOption(Token token)
    {
        string? nearest = token.Kind is TokenKind.Text ? Spelling.Nearest(token.Text, HttpdKeywords.All.Words) : null;
        string? old = token.Text switch
        {
            "access" => "Write: log access \"name\"",
            "ssl" => "Write: tls",
            _ => null,
        };
        _reader.SyntaxError(nearest is null ? old : $"Did you mean {nearest}?");
    }

    /// <summary>"listen" "on" string [ "tls" ] "port" port [ "proxy-protocol" ]</summary>
    private void Listen(ServerDraft server, LocationDraft? location)
    {
        _reader.ExpectKeyword("listen");
        _reader.ExpectKeyword("on");
        string address = _reader.ExpectText("an address, an interface, a name or *");
        Position place = _reader.Previous;
        bool tls = _reader.TakeKeyword("tls");
        if (!_reader.TakeKeyword("port"))
        {
            bool isOld = _reader.Peek() is { Kind: TokenKind.Text, Text: "ssl" };
            _reader.SyntaxError(isOld ? "Write: tls" : "Here belongs: port, after tls if there is any");
        }

        int port = Ports.Read(_reader, state.Host);
        if (location is not null)
        {
            _reader.Error(place, $"listen {address} inside location", NamedByIncluding);
        }

        if (_reader.Failed)
        {
            return;
        }

        IReadOnlyList<IPAddress> addresses = Addresses.Find(address, state.Host);
        if (addresses.Count == 0)
        {
            _reader.Error(place, $"invalid listen ip: {address}", "An address is *, a number, an interface with an address, egress, or a name that resolves.");
            return;
        }

        if (addresses.Count > Limits.AddressesPerListen)
        {
            _reader.Warning($"{address} resolves to more than {Limits.AddressesPerListen} addresses; the rest is ignored");
        }

        if (port == 0)
        {
            _reader.Warning("port 0 lets the kernel choose a port that nobody knows");
        }

        if (tls)
        {
            state.Note("listen tls", place);
        }

        bool proxy = _reader.TakeWord("proxy-protocol");
        if (proxy)
        {
            state.Note("listen proxy-protocol", place);
        }

        for (int i = 0; i < Math.Min(addresses.Count, Limits.AddressesPerListen); i++)
        {
            server.Listens.Add(new ListenAddress(new IPEndPoint(addresses[i], port), tls, proxy));
        }
    }

    /// <summary>"alias" [ "match" ] ( string | "{" strings "}" )</summary>
    private void Alias(ServerDraft server, LocationDraft? location)
    {
        _reader.ExpectKeyword("alias");
        NameKind kind = Kind();
        foreach (string name in Names("another name of the server"))
        {
            if (location is not null)
            {
                _reader.Error("alias inside location", NamedByIncluding);
            }

            if (name.Length > Limits.ServerName)
            {
                _reader.Error(_reader.Previous, "server alias truncated", $"A name may have {Limits.ServerName} bytes.");
            }

            Patterns.Check(_reader, kind, name);
            server.Aliases.Add(new ServerName(name, kind));
        }
    }

    /// <summary>"location" [ [ "not" ] "found" ] [ "match" ] ( string | "{" strings "}" ) [ [ "not" ] "from" networks ] "{" options "}"</summary>
    private void Location(ServerDraft server, LocationDraft? outer)
    {
        _reader.ExpectKeyword("location");
        LocationDraft location = new() { Existence = Exists(), Kind = Kind() };
        location.Paths.AddRange(Names("a path"));
        CheckHead(server, outer, location);
        location.From = From();
        NoteHead(location, _reader.Previous);
        int errors = state.Diagnostics.Errors;
        Blocks.Read(_reader, () => Option(server, location));
        if (state.Diagnostics.Errors == errors && !_reader.Failed && ServerChecks.FindTwice(server, location) is { } path)
        {
            _reader.Error($"location \"{path}\" defined twice", "The first one is always taken: remove this one.");
        }

        server.Locations.Add(location);
    }

    private void NoteHead(LocationDraft location, Position place)
    {
        if (location.Kind == NameKind.Pattern)
        {
            state.Note("location match", place);
        }

        if (location.Existence != Existence.Any)
        {
            state.Note("location found", place);
        }

        if (location.From is not null)
        {
            state.Note("location from", place);
        }
    }

    private void CheckHead(ServerDraft server, LocationDraft? outer, LocationDraft location)
    {
        if (_reader.Failed)
        {
            return;
        }

        if (server.Listens.Count == 0)
        {
            _reader.Error("listen address not specified", "Write listen on ... port ... above the locations.");
        }

        foreach (string path in location.Paths)
        {
            Patterns.Check(_reader, location.Kind, path);
            if (outer is not null)
            {
                _reader.Error($"location {path} inside location", "Write it beside the other one: the first that matches is taken.");
            }

            if (path.Length > Limits.Location)
            {
                _reader.Error(_reader.Previous, "server location truncated", $"A path may have {Limits.Location} bytes.");
            }
        }
    }

    private Existence Exists()
    {
        if (_reader.TakeKeyword("found"))
        {
            return Existence.Found;
        }

        if (!_reader.TakeKeyword("not"))
        {
            return Existence.Any;
        }

        _reader.ExpectKeyword("found");
        return Existence.NotFound;
    }

    /// <summary>[ "not" ] "from" network { network }</summary>
    private ClientFilter? From()
    {
        bool not = _reader.TakeKeyword("not");
        if (!_reader.TakeWord("from"))
        {
            if (not)
            {
                _reader.SyntaxError("Here belongs: from");
            }

            return null;
        }

        List<Prefix> networks = [];
        do
        {
            OptionGrammar.Network(_reader, networks);
            if (networks.Count > Limits.NetworksPerFilter)
            {
                _reader.Error("too many networks", $"from takes {Limits.NetworksPerFilter} networks.");
            }
        }
        while (_reader.Peek().Kind == TokenKind.Text);
        return new ClientFilter([.. networks], not);
    }

    private List<string> Names(string what) =>
        _reader.Peek().IsSymbol('{') ? Braces.ReadList(_reader, what) : [_reader.ExpectText(what)];

    private NameKind Kind() => _reader.TakeKeyword("match") ? NameKind.Pattern : NameKind.Glob;
}
