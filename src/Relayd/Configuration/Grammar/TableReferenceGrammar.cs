using System;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>What kind of section sends to a table: each has modes of its own (R-TABLE-12).</summary>
internal enum TableUser
{
    Redirect,
    Relay,
}

/// <summary>What stands behind the name of a table where a section sends to it (R-TABLE-05 to -15).</summary>
internal static class TableReferenceGrammar
{
    private const string Options = "Behind a table belongs at least one of: port, check, mode, timeout, interval, demote";

    /// <summary>"&lt;" string ">" option { option }; null after a mistake.</summary>
    /// <param name="state">The load; the next token is the opening bracket.</param>
    /// <param name="listenerPort">The port where the reference names none; 0 where there is none either.</param>
    /// <param name="user">Who sends to it.</param>
    public static TableUse? Read(LoadState state, int listenerPort, TableUser user)
    {
        TokenReader reader = state.Reader;
        TableReference reference = new(TableGrammar.ReadName(reader));
        Position place = reader.Previous;
        bool any = false;
        while (Option(state, reference, user))
        {
            any = true;
        }

        if (!any)
        {
            reader.SyntaxError(OldSyntax.BehindTable(reader.Peek().Text) ?? Options);
        }

        if (reader.Failed)
        {
            return null;
        }

        if (state.Tables.Find(reference.Name) is not { } definition)
        {
            string? nearest = Spelling.Nearest(reference.Name, state.Tables.DefinedNames);
            reader.Error(place, $"unknown table {reference.Name}", nearest is null ? $"Define it above: table <{reference.Name}> {{ ... }}" : $"Did you mean {nearest}?");
            return null;
        }

        Table? table = Use(state, definition, reference, reference.Port ?? listenerPort);
        return table is null ? null : new TableUse(table.Id, reference.Mode, ModeGrammar.HasKey(reference.Mode) ? [.. reference.Key ?? []] : []);
    }

    private static Table? Use(LoadState state, TableDefinition definition, TableReference reference, int port)
    {
        TokenReader reader = state.Reader;
        if (port == 0)
        {
            reader.Error("invalid port", "Write port behind the table, or listen on ... port ... above this line.");
            return null;
        }

        if ($"{definition.Name}:{port}".Length > Limits.TableName)
        {
            reader.Error("invalid table name", $"Name and port together may have {Limits.TableName} bytes.");
            return null;
        }

        if (reference.Check is null && (definition.Hosts.Exists(static host => host.Failures > 0) || definition.Sources.Exists(static source => source.Template.Failures > 0)))
        {
            reader.Warning($"failures of hosts of <{definition.Name}> have no effect without a check", "Only a check that succeeds brings a host back: write check behind the table.");
        }

        return state.Tables.Use(definition, reference, port);
    }

    /// <summary>Reads one option; false where something else comes next.</summary>
    private static bool Option(LoadState state, TableReference reference, TableUser user)
    {
        TokenReader reader = state.Reader;
        if (reader.Peek().Kind != TokenKind.Keyword)
        {
            return false;
        }

        switch (reader.Peek().Text)
        {
            case "check":
                reference.Check = CheckGrammar.Read(reader);
                return true;
            case "port":
                reference.Port = ListenGrammar.Port(reader, state.Host);
                return true;
            case "timeout":
                _ = reader.Take();
                reference.Timeout = Durations.CheckTimeout(reader);
                return true;
            case "demote":
                _ = reader.Take();
                reference.DemotionGroup = Group(reader);
                return true;
            case "interval":
                _ = reader.Take();
                reference.Rounds = Rounds(reader, state.Global.Interval);
                return true;
            case "mode":
                _ = reader.Take();
                ModeGrammar.Read(reader, reference, user);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The name of a group is part of a file's name.</summary>
    private static string Group(TokenReader reader)
    {
        string group = Strings.Read(reader, "a group", Limits.DemotionGroup, "demote group name too long");
        if (!reader.Failed && !Table.IsGroup(group))
        {
            reader.Error(reader.Previous, $"error initializing group '{group}'", "A group has letters, digits, - and _ alone.");
        }

        return group;
    }

    /// <summary>An interval is counted in rounds of the global one, as it is known by now (R-CONF-37).</summary>
    private static int Rounds(TokenReader reader, TimeSpan round)
    {
        TimeSpan interval = Durations.Interval(reader);
        bool isMultiple = round > TimeSpan.Zero && interval >= round && interval.Ticks % round.Ticks == 0;
        if (!isMultiple && !reader.Failed)
        {
            reader.Error(reader.Previous, "table interval must be divisible by global interval", $"The global interval is {round.TotalSeconds} seconds.");
        }

        return isMultiple ? (int)(interval.Ticks / round.Ticks) : 1;
    }
}
