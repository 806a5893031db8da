using System;
using System.Net;
using System.Text;
using System.Text.Json;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>The members of JSON's objects (relayctl(8), JSON): their names are kept for ever.</summary>
internal static class JsonText
{
    public static void Counts(Utf8JsonWriter json, in SessionCounts sessions)
    {
        json.WriteStartObject("sessions"u8);
        json.WriteNumber("total"u8, sessions.Total);
        json.WriteNumber("open"u8, sessions.Open);
        Rates(json, "last", sessions.Last);
        Rates(json, "average", sessions.Average);
        json.WriteEndObject();
    }

    public static void Host(Utf8JsonWriter json, HostRow host)
    {
        Named(json, host.Id, host.Name);
        json.WriteString("address"u8, host.Address.ToString());
        NumberOrNull(json, "parent", host.ParentId);
        json.WriteNumber("weight"u8, host.Weight);
        json.WriteNumber("retry"u8, host.Retry);
        json.WriteString("status"u8, StatusText.Of(host.Status));
        json.WriteBoolean("draining"u8, host.Draining == Draining.Yes);
        if (host.Checks == 0)
        {
            json.WriteNull("availability"u8);
        }
        else
        {
            json.WriteNumber("availability"u8, decimal.Round(100m * host.Ups / host.Checks, 2));
        }

        json.WriteNumber("checks"u8, host.Checks);
        json.WriteNumber("ups"u8, host.Ups);
        json.WriteNumber("failed_sessions"u8, host.FailedSessions);
        if (host.LastCheck is not { } last)
        {
            json.WriteNull("last_check"u8);
            return;
        }

        json.WriteStartObject("last_check"u8);
        json.WriteString("time"u8, last.UtcDateTime);
        json.WriteNumber("latency_ms"u8, (decimal)host.Latency.TotalMicroseconds / 1000);
        json.WriteString("result"u8, host.Result);
        NumberOrNull(json, "code", host.HttpStatus);
        json.WriteEndObject();
    }

    public static void Session(Utf8JsonWriter json, SessionRow session)
    {
        json.WriteNumber("id"u8, session.Id);
        Peer(json, "client", session.Client);
        Peer(json, "target", session.Target);
        json.WriteString("state"u8, session.State == SessionState.Running ? "running"u8 : "done"u8);
        json.WriteNumber("age_seconds"u8, (long)session.Age.TotalSeconds);
        json.WriteNumber("idle_seconds"u8, (long)session.Idle.TotalSeconds);
        json.WriteNumber("relay"u8, session.RelayId);
        json.WriteNumber("pid"u8, session.ProcessId);
        NumberOrNull(json, "tag", session.TagId);
    }

    public static void Event(Utf8JsonWriter json, EventRow row)
    {
        json.WriteStartObject();
        json.WriteString("time"u8, row.Time.UtcDateTime);
        json.WriteString("event"u8, EventText.NameOf(row.Kind));
        NumberOrNull(json, "id", row.Kind == EventKind.Lost ? 0 : row.Id);
        StringOrNull(json, "name", row.Name);
        StringOrNull(json, "state", row.Kind == EventKind.HostStatus ? StatusText.Of(row.State) : "");
        NumberOrNull(json, "count", row.Kind == EventKind.Lost ? row.Id : 0);
        json.WriteEndObject();
    }

    public static void Named(Utf8JsonWriter json, int id, string name)
    {
        json.WriteNumber("id"u8, id);
        json.WriteString("name"u8, Unicode(name));
    }

    public static void NumberOrNull(Utf8JsonWriter json, string name, int value)
    {
        if (value == 0)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, value);
        }
    }

    public static void TimeOrNull(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } moment)
        {
            json.WriteString(name, moment.UtcDateTime);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void StringOrNull(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length == 0)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, Unicode(value));
        }
    }

    private static void Rates(Utf8JsonWriter json, string name, in SessionRates rates)
    {
        json.WriteStartObject(name);
        json.WriteNumber("minute"u8, rates.Minute);
        json.WriteNumber("hour"u8, rates.Hour);
        json.WriteNumber("day"u8, rates.Day);
        json.WriteEndObject();
    }

    private static void Peer(Utf8JsonWriter json, string name, IPEndPoint? peer)
    {
        if (peer is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("address"u8, peer.Address.ToString());
        json.WriteNumber("port"u8, peer.Port);
        json.WriteEndObject();
    }

    // The daemon's names have a character for each byte; what is not UTF-8 gets replacement characters.
    private static string Unicode(string name) => Ascii.IsValid(name) ? name : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(name));
}
