using System;
using System.Linq;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Daemon.Wire;
using Sluice.Relayd.Health;

using Xunit;

namespace Sluice.Unit.Relayd.Health;

public sealed class HealthMessageTests
{
    private static readonly HealthMessage[] _each =
    [
        new HostCommand(1, 2, HostAction.Drain, 3),
        new TableCommand(4, uint.MaxValue, TableAction.Disable, 5),
        new Poll(6),
        new CommandAnswer(7, CommandOutcome.OtherGeneration),
        new HostChanged(8, HostState.Down),
        new HostDown(9),
        new RunScript(10, "/etc/relayd/check.sh", "192.0.2.1", TimeSpan.FromMilliseconds(200)),
        new HostFailed(11),
        new HostWithdrawn(12),
        new RedirectCommand(13, 14, TableAction.Disable, 15),
        new BoardChanged(),
        new ScriptEnded(long.MaxValue, ScriptEnd.Exited, 255),
    ];

    public static TheoryData<int> Each => [.. Enumerable.Range(0, _each.Length)];

    [Theory]
    [MemberData(nameof(Each))]
    public void What_was_written_is_read(int index)
    {
        HealthMessage? read = HealthMessage.Read(Bytes(_each[index]));

        Assert.Equal(_each[index], read);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void A_message_that_is_cut_anywhere_is_none(int index)
    {
        byte[] bytes = Bytes(_each[index]);

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(HealthMessage.Read(bytes.AsSpan(0, length))));
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void A_message_with_something_behind_it_is_none(int index) => Assert.Null(HealthMessage.Read([.. Bytes(_each[index]), 0]));

    [Fact]
    public void Any_bytes_can_be_read_and_mean_what_they_would_be_written_as() => Prop.ForAll<byte[]>(static bytes =>
        HealthMessage.Read(bytes) is not { } message || Bytes(message).SequenceEqual(bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_path_with_a_NUL_is_none() =>
        Assert.Null(HealthMessage.Read(Bytes(new RunScript(1, "/bin/true\0x", "host", TimeSpan.FromSeconds(1)))));

    [Fact]
    public void A_longer_path_than_any_is_none() => Assert.Null(HealthMessage.Read(
        Bytes(new RunScript(1, new string('x', HealthMessage.MostText + 1), "host", TimeSpan.FromSeconds(1)))));

    [Fact]
    public void The_longest_message_fits_the_size_that_is_said() => Assert.InRange(
        Bytes(new RunScript(1, new string('x', HealthMessage.MostText), new string('y', HealthMessage.MostText), TimeSpan.FromSeconds(1))).Length,
        1,
        HealthMessage.MostBytes);

    private static byte[] Bytes(HealthMessage message)
    {
        WireWriter writer = new();
        message.Write(writer);
        return writer.Written.ToArray();
    }
}
