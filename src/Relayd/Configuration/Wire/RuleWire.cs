using Sluice.Daemon.Wire;

namespace Sluice.Relayd.Configuration.Wire;

/// <summary>Filter rules as bytes.</summary>
internal static class RuleWire
{
    public static void Write(WireWriter writer, Rule rule)
    {
        writer.Count(rule.Id);
        writer.Small((int)rule.Action);
        writer.Small((int)rule.Direction);
        writer.Small(rule.IsQuick ? 1 : 0);
        writer.Small((int)rule.Family);
        ConfigurationWire.WriteOptional(writer, rule.From);
        ConfigurationWire.WriteOptional(writer, rule.To);
        writer.OptionalLatin1(rule.Method);
        writer.OptionalLatin1(rule.ServerName);
        writer.List(rule.Entities.AsSpan(), Write);
        writer.Count(rule.Strip);
        writer.Count(rule.TaggedId);
        Write(writer, rule.Tag);
        Write(writer, rule.Label);
        writer.OptionalLatin1(rule.ForwardTo);
        writer.Small(rule.Keys is null ? 0 : 1);
        if (rule.Keys is not null)
        {
            writer.Small((int)rule.Keys.Kind);
            writer.List(rule.Keys.Texts.AsSpan(), static (writer, text) => writer.Latin1(text));
        }
    }

    public static Rule Read(ref WireReader reader) => new()
    {
        Id = reader.Number(),
        Action = (RuleAction)reader.Small((int)RuleAction.Match),
        Direction = (Direction)reader.Small((int)Direction.Response),
        IsQuick = reader.Flag(),
        Family = (Family)reader.Small((int)Family.Inet6),
        From = ConfigurationWire.ReadOptionalPrefix(ref reader),
        To = ConfigurationWire.ReadOptionalPrefix(ref reader),
        Method = reader.OptionalLatin1(),
        ServerName = reader.OptionalLatin1(),
        Entities = [.. reader.List(ReadEntity)],
        Strip = reader.Number(),
        TaggedId = reader.Number(),
        Tag = ReadMark(ref reader),
        Label = ReadMark(ref reader),
        ForwardTo = reader.OptionalLatin1(),
        Keys = reader.Flag() ? new KeyList((EntityKind)reader.Small((int)EntityKind.Cookie), [.. reader.List(static (ref reader) => reader.Latin1(), sizeof(uint))]) : null,
    };

    private static void Write(WireWriter writer, Mark mark)
    {
        writer.Small((int)mark.Change);
        writer.Count(mark.Id);
    }

    private static Mark ReadMark(ref WireReader reader) => new((MarkChange)reader.Small((int)MarkChange.Clear), reader.Number());

    private static void Write(WireWriter writer, Entity entity)
    {
        writer.Small((int)entity.Kind);
        writer.Small((int)entity.Action);
        Write(writer, entity.Key);
        Write(writer, entity.Value);
    }

    private static Entity ReadEntity(ref WireReader reader) => new(
        (EntityKind)reader.Small((int)EntityKind.Cookie),
        (EntityAction)reader.Small((int)EntityAction.Log),
        ReadComparand(ref reader),
        ReadComparand(ref reader));

    private static void Write(WireWriter writer, Comparand? comparand)
    {
        writer.Small(comparand is null ? 0 : 1);
        if (comparand is not null)
        {
            writer.Small((int)comparand.Kind);
            writer.Latin1(comparand.Text);
        }
    }

    private static Comparand? ReadComparand(ref WireReader reader) =>
        reader.Flag() ? new Comparand((ComparandKind)reader.Small((int)ComparandKind.Template), reader.Latin1()) : null;
}
