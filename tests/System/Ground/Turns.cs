using System;

using Xunit.v3;

namespace Sluice.System.Ground;

/// <summary>
/// Tests of this class mostly wait, for limits of seconds: classes of this kind run beside each other, at the beginning. What
/// they assert about time has room for a busy machine, and they put no load on it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class WaitsAttribute : Attribute;

/// <summary>
/// Tests of this class ask and compare: they measure neither time nor memory, and lose nothing on a busy machine. Two classes of
/// this kind run at a time, beside those that wait.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ComparesAttribute : Attribute;

/// <summary>Which classes take turns: all, so that each has the machine to itself, but for those that wait or compare.</summary>
public sealed class Turns(IXunitTestAssembly assembly) : CollectionPerClassTestCollectionFactory(assembly)
{
    private readonly XunitTestCollection[] _lanes = [Lane(assembly, "even"), Lane(assembly, "odd")];

    /// <inheritdoc/>
    public override string DisplayName => "turns";

    /// <inheritdoc/>
    protected override IXunitTestCollection GetDefaultTestCollection(Type testClass) =>
        testClass.IsDefined(typeof(ComparesAttribute), inherit: false)
            ? _lanes[testClass.FullName!.Length % _lanes.Length]
            : new XunitTestCollection(
                TestAssembly,
                collectionDefinition: null,
                disableParallelization: !testClass.IsDefined(typeof(WaitsAttribute), inherit: false),
                displayName: $"Tests of {testClass.FullName}");

    private static XunitTestCollection Lane(IXunitTestAssembly assembly, string name) =>
        new(assembly, collectionDefinition: null, disableParallelization: false, $"Tests that compare, of names of {name} length");
}
