using System;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Unit.Daemon.Privsep.Parent;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep;

/// <summary>Sockets with others' addresses are for the role that the configuration names, and for nobody else.</summary>
public sealed class SocketsRequestTests : IDisposable
{
    private static readonly Role _role = Roles.Relayd.Find("control")! with { Channels = [], Reads = [] };

    private readonly FamilyRun _run = new(_role);

    public void Dispose() => _run.Dispose();

    [Fact]
    public void A_role_that_may_have_none_and_asks_is_ended() => _run.Run(async () =>
    {
        await Begin(transparentRole: "relay");
        _run.Children[0].Say(new SocketsRequest(1, TransparentKind.Stream4, 8));

        await _run.Until(() => _run.Children.Count == 2);

        Assert.False(_run.Children[0].Lives);
    });

    [Fact]
    public void One_that_may_is_answered() => _run.Run(async () =>
    {
        await Begin(transparentRole: "control");
        _ = _run.Children[0].Heard();
        _run.Children[0].Say(new SocketsRequest(1, TransparentKind.Datagrams6, 8));
        SocketsAnswer? answer = null;

        await _run.Until(() => (answer = _run.Children[0].Heard().OfType<SocketsAnswer>().FirstOrDefault()) is not null);

        Assert.Equal(new SocketsAnswer(1, TransparentKind.Datagrams6, Errno.None), answer);
        Assert.True(_run.Children[0].Lives);
    });

    private async ValueTask Begin(string transparentRole)
    {
        _run.Use(1, transparentRole, _role);
        await _run.Gather(_role);
        await _run.SayReady(_role, 1);
    }
}
