using System.Runtime.Versioning;

using Sluice.System.Ground;

using Xunit;

// Each test has the machine to itself, since several measure time, memory or losses under load; those that wait do so together.
[assembly: CollectionBehavior(typeof(Turns), MaxParallelThreads = 16)]
[assembly: SupportedOSPlatform("linux")]
