using System;
using System.Collections.Generic;
using System.Net;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Daemon.Names;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>TABLES of relayd.conf(5): the definitions (R-TABLE-01 to -04).</summary>
internal sealed class TableGrammar(LoadState state)
{
    // No reserved word: it is an option where a number follows, and the name of the next host otherwise.
    private const string Weight = "weight";
    private const string Failures = "failures";

    // No reserved words either: they stand directly behind a name.
    private const string Resolve = "resolve";
    private const string Service = "srv";

    private readonly TokenReader _reader = state.Reader;

    /// <summary>"table" "&lt;" string ">" { "disable" | "{" hosts "}" }</summary>
    public void Table()
    {
        _reader.ExpectKeyword("table");
        TableDefinition table = new(ReadName(_reader), state.Global.Timeout);
        if (_reader.Failed)
        {
            return;
        }

        if (!state.Tables.Define(table))
        {
            _reader.Error(_reader.Previous, $"table {table.Name} defined twice", "Put all hosts between the braces of one.");
            return;
        }

        do
        {
            if (_reader.TakeKeyword("disable"))
            {
                table.IsDisabled = true;
            }
            else
            {
                OptionList.ReadLines(_reader, () => HostOrInclude(table));
            }
        }
        while (_reader.Peek().IsKeyword("disable") || _reader.Peek().IsSymbol('{'));

        if (table.Hosts.Count + table.Sources.Count == 0)
        {
            _reader.Error($"table {table.Name} has no hosts", "Write them behind the name, in braces.");
        }
    }

    /// <summary>"&lt;" string ">"; empty after a mistake.</summary>
    public static string ReadName(TokenReader reader)
    {
        reader.ExpectSymbol('<');
        string name = Strings.Read(reader, "the name of a table", Limits.TableName, "invalid table name");
        reader.ExpectSymbol('>');
        return reader.Failed ? "" : name;
    }

    private void HostOrInclude(TableDefinition table)
    {
        if (_reader.Peek().IsKeyword("include"))
        {
            RelaydGrammar.Include(_reader);
            return;
        }

        string? next = _reader.TakeKeyword("file")
            ? File(table)
            : Strings.Read(_reader, "an address or the name of a host", Limits.HostName, "host name truncated");
        while (next is not null && !_reader.Failed)
        {
            next = Host(table, next);
        }
    }

    /// <summary>string { option }, whose string has been read; returns the string of another host that was read behind it.</summary>
    private string? Host(TableDefinition table, string name)
    {
        Position place = _reader.Previous;
        if (_reader.TakeWord(Resolve))
        {
            return Source(table, HostSourceKind.Name, name, place);
        }

        if (_reader.TakeWord(Service))
        {
            return Source(table, HostSourceKind.Service, name, place);
        }

        IReadOnlyList<IPAddress> addresses = ListenGrammar.Find(name, state.Host);
        if (addresses.Count == 0)
        {
            _reader.Error(place, $"invalid host {name}", "A host is an address, an interface with an address, or a name that resolves.");
            return null;
        }

        if (addresses.Count > 1)
        {
            _reader.Warning($"{name} resolves to more than 1 hosts", $"{addresses[0]} is taken: name the others by their addresses.");
        }

        string? next = Options(new Host { Name = name, Address = addresses[0] }, out Host host);
        table.Hosts.Add(host);
        return next;
    }

    /// <summary>"file" string { option }, whose keyword has been read; returns what <see cref="Host"/> does.</summary>
    private string? File(TableDefinition table)
    {
        string path = Strings.Read(_reader, "the path of a file", Limits.Path, "path too long");
        Position place = _reader.Previous;
        if (!_reader.Failed && !path.StartsWith('/'))
        {
            _reader.Error(place, $"{path} is no absolute path", "The daemon's working directory is /: begin the path there.");
        }

        return _reader.Failed ? null : Source(table, HostSourceKind.File, path, place);
    }

    /// <summary>The options of hosts that something else will say; returns what <see cref="Host"/> does.</summary>
    private string? Source(TableDefinition table, HostSourceKind kind, string text, Position place)
    {
        if (kind != HostSourceKind.File && (!HostNames.IsName(text) || Addresses.Literal(text) is not null))
        {
            _reader.Error(place, $"{text} is no name", "What is to be looked up is a name, such as www.example.com resolve, or _http._tcp.example.com srv.");
            return null;
        }

        string? next = Options(new Host { Name = text, Address = IPAddress.None }, out Host template);
        if (template.ParentId != 0)
        {
            _reader.Error(place, "parent belongs behind a host", "Hosts that are looked up have checks of their own.");
        }

        TableSource source = new(new HostSource(kind, text), template);
        if (table.Sources.Exists(other => other.Source == source.Source))
        {
            _reader.Error(place, $"{text} stands in table {table.Name} twice", "Its hosts would be there twice: remove one.");
        }

        table.Sources.Add(source);
        return next;
    }

    /// <summary>{ option }; returns the string of another host that was read behind them.</summary>
    private string? Options(Host host, out Host with)
    {
        with = HostOptions(host);
        while (TakeAddition() is { } option)
        {
            if (_reader.Peek().Kind != TokenKind.Number)
            {
                return option;
            }

            with = HostOptions(option is Weight ? WithWeight(with) : WithFailures(with));
        }

        return null;
    }

    /// <summary>An option that OpenBSD's relayd does not have, and whose word may be the name of another host.</summary>
    private string? TakeAddition() => _reader.TakeWord(Weight) ? Weight : _reader.TakeWord(Failures) ? Failures : null;

    private Host WithWeight(Host host)
    {
        Once(host.Weight == 1 ? null : host.Weight, Weight);
        return host with { Weight = (int)Numbers.Read(_reader, Weight, 1, Limits.HostWeight, "invalid weight value: {0}") };
    }

    private Host WithFailures(Host host)
    {
        Once(host.Failures, Failures);
        return host with { Failures = (int)Numbers.Read(_reader, Failures, 1, Limits.HostFailures, "invalid failures value: {0}") };
    }

    /// <summary>{ "retry" number | "parent" number | "priority" number | "ip" "ttl" number }, each once</summary>
    private Host HostOptions(Host host)
    {
        while (true)
        {
            if (_reader.TakeKeyword("retry"))
            {
                Once(host.Retry, "retry value");
                host = host with { Retry = (int)Numbers.Read(_reader, "retry", 0, int.MaxValue, "invalid retry value: {0}") };
            }
            else if (_reader.TakeKeyword("parent"))
            {
                Once(host.ParentId, "parent value");
                host = host with { ParentId = (int)Numbers.Read(_reader, "The id of a host", 0, int.MaxValue, "invalid parent value: {0}") };
            }
            else if (_reader.TakeKeyword("priority"))
            {
                Once(host.Priority, "priority");
                host = host with { Priority = (int)Numbers.Read(_reader, "priority", 0, Limits.HostPriority, "invalid priority value: {0}") };
            }
            else if (_reader.TakeKeyword("ip"))
            {
                _reader.ExpectKeyword("ttl");
                Once(host.Ttl, "ttl value");
                host = host with { Ttl = TimeToLive() };
            }
            else
            {
                return host;
            }
        }
    }

    /// <summary>An option whose value is zero counts as not set, as in OpenBSD's relayd.</summary>
    private void Once(int? value, string what)
    {
        if (value is not (null or 0))
        {
            _reader.Error(_reader.Previous, $"{what} already set", "Write it once for each host.");
        }
    }

    private byte? TimeToLive()
    {
        long hops = Numbers.Read(_reader, "ttl", 0, long.MaxValue, "invalid ttl value: {0}");
        if (hops > byte.MaxValue)
        {
            _reader.Warning($"ttl {hops} is taken for 255, the most that an IP header can say");
        }

        return hops == 0 ? null : (byte)Math.Min(hops, byte.MaxValue);
    }
}
