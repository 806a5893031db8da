using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Parent;

/// <summary>Connections that a role asks the parent for: each answer is to a request of the configuration that the child works by.</summary>
public sealed class ConnectionRequestTests : IDisposable
{
    private static readonly Role _role = Roles.Relayd.Find("control")! with { Channels = [], Reads = [] };

    private readonly FamilyRun _run = new(_role) { Service = new ServiceOnRequest("control", "/var/empty/nobody") };

    public void Dispose() => _run.Dispose();

    [Fact]
    public void It_is_answered_what_became_of_it() => _run.Run(async () =>
    {
        await Begin();

        Assert.Equal([new ConnectAnswer(1, Errno.NotFound)], await Ask(1));
    });

    // It was answered with a connection to the service of the newer one, which the child took for that of the older.
    [Fact]
    public void What_was_asked_under_another_configuration_is_passed_over() => _run.Run(async () =>
    {
        await Begin();
        _run.Use(2, _role);

        Assert.Equal([new ConnectAnswer(2, Errno.NotFound)], await Ask(1, 2));
        Assert.Single(_run.Children);
    });

    [Fact]
    public void A_child_cannot_ask_under_a_configuration_that_is_not_there_yet() => _run.Run(async () =>
    {
        await Begin();
        _run.Children[0].Say(new ConnectRequest(2));

        await _run.Until(() => !_run.Children[0].Lives);
    });

    private async ValueTask Begin()
    {
        _run.Use(1, _role);
        await _run.Gather(_role);
        await _run.SayReady(_role, 1);
    }

    // The answers until the one to the last request.
    private async ValueTask<IReadOnlyList<ConnectAnswer>> Ask(params uint[] generations)
    {
        List<ConnectAnswer> answers = [];
        Array.ForEach(generations, generation => _run.Children[0].Say(new ConnectRequest(generation)));
        await _run.Until(() =>
        {
            answers.AddRange(_run.Children[0].Heard().OfType<ConnectAnswer>());
            return answers.Exists(answer => answer.Generation == generations[^1]);
        });
        return answers;
    }
}
