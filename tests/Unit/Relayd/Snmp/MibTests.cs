using System.Linq;

using Sluice.Relayd.Snmp;

using Xunit;

namespace Sluice.Unit.Relayd.Snmp;

public sealed class MibTests
{
    private static readonly ObjectId _root = new(1, 3, 9);

    // Table 1 has two columns and the rows 2, 5 and 5.1; table 2 is empty; table 3 has one column and the row 7.
    private static readonly Mib _mib = new(
        _root,
        [
            new MibTable(2, static () => [Row(20, 2), Row(50, 5), Row(51, 5, 1)]),
            new MibTable(2, static () => []),
            new MibTable(1, static () => [new MibRow(new ObjectId(7), [ObjectValue.Integer(70)])]),
        ]);

    [Fact]
    public void A_walk_comes_to_each_object_once_and_in_order()
    {
        string[] walked = [.. Enumerable.Range(0, 8).Aggregate(
            (Names: Enumerable.Empty<string>(), At: new VarBind(_root, ObjectValue.NoSuchObject)),
            static (so, _) => Step(so.At) is var next && next.Value.Kind != ValueKind.EndOfMibView ? (so.Names.Append($"{next.Name} {next.Value.Number}"), next) : (so.Names, next)).Names];

        Assert.Equal(["1.3.9.1.1.1.2 20", "1.3.9.1.1.1.5 50", "1.3.9.1.1.1.5.1 51", "1.3.9.1.1.2.2 21", "1.3.9.1.1.2.5 51", "1.3.9.1.1.2.5.1 52", "1.3.9.3.1.1.7 70"], walked);
    }

    [Theory]
    [InlineData(ValueKind.Integer, 1, 3, 9, 1, 1, 1, 5)]
    [InlineData(ValueKind.Integer, 1, 3, 9, 1, 1, 2, 5, 1)]
    [InlineData(ValueKind.NoSuchInstance, 1, 3, 9, 1, 1, 1, 3)]
    [InlineData(ValueKind.NoSuchInstance, 1, 3, 9, 1, 1, 1)]
    [InlineData(ValueKind.NoSuchInstance, 1, 3, 9, 2, 1, 1, 1)]
    [InlineData(ValueKind.NoSuchObject, 1, 3, 9, 1, 1, 3, 5)]
    [InlineData(ValueKind.NoSuchObject, 1, 3, 9, 1, 1, 0, 5)]
    [InlineData(ValueKind.NoSuchObject, 1, 3, 9, 1, 2, 1, 5)]
    [InlineData(ValueKind.NoSuchObject, 1, 3, 9, 4, 1, 1, 5)]
    [InlineData(ValueKind.NoSuchObject, 1, 3, 9)]
    [InlineData(ValueKind.NoSuchObject, 1, 3, 8, 1, 1, 1, 5)]
    public void An_object_is_there_or_not(object kind, params int[] name) =>
        Assert.Equal((ValueKind)kind, _mib.Get(new ObjectId([.. name.Select(static part => (uint)part)])).Kind);

    [Fact]
    public void A_range_may_include_its_start_and_ends_before_its_end()
    {
        ObjectId start = _root.Add(1, 1, 1, 5);

        Assert.Equal(start, _mib.Next(new SearchRange(start, IncludesStart: true, default)).Name);
        Assert.Equal(_root.Add(1, 1, 1, 5, 1), _mib.Next(new SearchRange(start, IncludesStart: false, default)).Name);
        Assert.Equal(new VarBind(start, ObjectValue.EndOfMibView), _mib.Next(new SearchRange(start, IncludesStart: false, _root.Add(1, 1, 1, 5, 1))));
        Assert.Equal(_root.Add(3, 1, 1, 7), _mib.Next(new SearchRange(_root.Add(2), IncludesStart: true, _root.Add(4))).Name);
        Assert.Equal(ValueKind.EndOfMibView, _mib.Next(new SearchRange(_root.Add(4), IncludesStart: true, default)).Value.Kind);
        Assert.Equal(_root.Add(1, 1, 1, 2), _mib.Next(new SearchRange(new ObjectId(1), IncludesStart: true, default)).Name);
    }

    private static VarBind Step(VarBind from) => _mib.Next(new SearchRange(from.Name, IncludesStart: false, default));

    private static MibRow Row(int value, params uint[] index) => new(new ObjectId(index), [ObjectValue.Integer(value), ObjectValue.Integer(value + 1)]);
}
