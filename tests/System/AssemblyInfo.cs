using System.Runtime.Versioning;

using Xunit;

// Each test has the machine to itself: several measure time, memory or losses under load.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: SupportedOSPlatform("linux")]
