using System;

using Xunit.v3;

namespace Sluice.System.Ground;

/// <summary>
/// Tests of this class mostly wait, for limits of seconds: classes of this kind run beside each other, at the beginning. What
/// they assert about time has room for a busy machine, and they put no load on it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class WaitsAttribute : Attribute;

/// <summary>Which classes take turns: all, so that each has the machine to itself, but for those that wait.</summary>
public sealed class Turns(IXunitTestAssembly assembly) : CollectionPerClassTestCollectionFactory(assembly)
{
    /// <inheritdoc/>
    public override string DisplayName => "turns";

    /// <inheritdoc/>
    protected override IXunitTestCollection GetDefaultTestCollection(Type testClass) => new XunitTestCollection(
        TestAssembly,
        collectionDefinition: null,
        disableParallelization: !testClass.IsDefined(typeof(WaitsAttribute), inherit: false),
        displayName: $"Tests of {testClass.FullName}");
}
