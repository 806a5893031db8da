using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

using Sluice.Control;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine;

using Xunit;

namespace Sluice.Unit.Tidy;

/// <summary>What fuzzing holds messages against knows all of them: each kind is made there, and of each enum in a message the last value is named, each where they are flags.</summary>
public sealed class MessageReferenceTests
{
    [Theory]
    [InlineData(typeof(Message), "tests/Fuzz/Targets/ProcessMessages.cs")]
    [InlineData(typeof(Request), "tests/Fuzz/Targets/ControlMessagesTarget.cs")]
    [InlineData(typeof(Reply), "tests/Fuzz/Targets/ControlMessagesTarget.cs")]
    public void A_reference_knows_each_message_and_each_value_in_one(Type root, string reference)
    {
        IReadOnlyList<string> known = [.. Kinds(root), .. Values(root)];

        Assert.NotEmpty(known);
        Assert.DoesNotContain(known, name => !SourceTree.ReadText(reference).Contains(name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SteeringKind.Feed")]
    [InlineData("Preparation.RemoteConnections")]
    [InlineData("Severity.Error")]
    [InlineData("new KeysFaults(")]
    public void What_is_new_in_messages_is_asked_for(string name) => Assert.Contains(name, Kinds(typeof(Message)).Concat(Values(typeof(Message))), StringComparer.Ordinal);

    private static IEnumerable<string> Kinds(Type root) => root.Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(root) && !type.IsAbstract)
        .Select(static type => $"new {type.Name}(");

    // Which message a byte means is seen by the messages, and errno is any number.
    private static IEnumerable<string> Values(Type root) => root.Assembly.GetTypes()
        .Where(type => string.Equals(type.Namespace, root.Namespace, StringComparison.Ordinal))
        .SelectMany(static type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        .Select(static property => property.PropertyType)
        .Where(static type => type.IsEnum && type != typeof(Errno) && !type.Name.EndsWith("Type", StringComparison.Ordinal))
        .Distinct()
        .SelectMany(static type => type.IsDefined(typeof(FlagsAttribute)) ? Flags(type) : [Enum.GetNames(type)[^1]], static (type, name) => $"{type.Name}.{name}");

    private static IEnumerable<string> Flags(Type type) => Enum.GetValues(type).Cast<object>()
        .Where(static value => int.IsPow2(Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)))
        .Select(static value => value.ToString()!);
}
