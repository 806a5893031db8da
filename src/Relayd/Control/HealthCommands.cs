using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Control;
using Sluice.Engine.Loop;
using Sluice.Relayd.Health;

namespace Sluice.Relayd.Control;

/// <summary>What operators say about hosts, tables and redirections, with names turned into ids, said to hce (R-CTL-07, -08, -09, -12).</summary>
/// <param name="loop">Its time.</param>
/// <param name="hce">Who is told.</param>
/// <param name="current">The configuration of this process.</param>
internal sealed class HealthCommands(EventLoop loop, HealthChannel hce, Func<CurrentConfiguration> current)
{
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(20);

    /// <summary>Tells hce; false where nothing of that name may be told, or hce does not answer.</summary>
    /// <param name="request">One about hosts, tables or redirections.</param>
    public async ValueTask<Outcome> Do(CommandRequest request)
    {
        // With a reload hce has the new configuration before this process does: ids are looked up again then.
        TimeSpan end = loop.Now + HealthChannel.Limit;
        CommandOutcome? outcome;
        do
        {
            outcome = await Try(request);
            if (outcome == CommandOutcome.OtherGeneration)
            {
                await loop.Sleep(_patience);
            }
        }
        while (outcome == CommandOutcome.OtherGeneration && loop.Now < end);

        return outcome == CommandOutcome.Done ? Outcome.Done : Outcome.Failed;
    }

    /// <summary>Has all hosts checked now.</summary>
    public async ValueTask<Outcome> Poll() =>
        await hce.Ask(static number => new Poll(number)) == CommandOutcome.Done ? Outcome.Done : Outcome.Failed;

    private async ValueTask<CommandOutcome?> Try(CommandRequest request)
    {
        CurrentConfiguration here = current();
        CommandOutcome? best = CommandOutcome.Refused;
        foreach (Func<long, HealthMessage> question in Questions(request, here).ToArray())
        {
            CommandOutcome? outcome = await hce.Ask(question);
            if (outcome is null or CommandOutcome.OtherGeneration)
            {
                return outcome;
            }

            best = outcome == CommandOutcome.Done ? outcome : best;
        }

        return best;
    }

    // None where nothing is meant.
    private static IEnumerable<Func<long, HealthMessage>> Questions(CommandRequest request, CurrentConfiguration here)
    {
        if (TableActionOf(request.Word) is { } tableAction)
        {
            return Find.Tables(here.Configuration, request.Target).Take(1)
                .Select(table => (Func<long, HealthMessage>)(number => new TableCommand(number, here.Generation, tableAction, table.Id)));
        }

        if (RedirectActionOf(request.Word) is { } redirectAction)
        {
            return Find.Redirects(here.Configuration, request.Target).Take(1)
                .Select(redirect => (Func<long, HealthMessage>)(number => new RedirectCommand(number, here.Generation, redirectAction, redirect.Id)));
        }

        HostAction hostAction = HostActionOf(request.Word);
        return Find.Hosts(here.Configuration, request.Target)
            .Where(static host => host.ParentId == 0)
            .Select(host => (Func<long, HealthMessage>)(number => new HostCommand(number, here.Generation, hostAction, host.Id)));
    }

    private static TableAction? TableActionOf(CommandWord word) => word switch
    {
        CommandWord.EnableTable => TableAction.Enable,
        CommandWord.DisableTable => TableAction.Disable,
        _ => null,
    };

    private static TableAction? RedirectActionOf(CommandWord word) => word switch
    {
        CommandWord.EnableRedirect => TableAction.Enable,
        CommandWord.DisableRedirect => TableAction.Disable,
        _ => null,
    };

    private static HostAction HostActionOf(CommandWord word) => word switch
    {
        CommandWord.DisableHost => HostAction.Disable,
        CommandWord.DrainHost => HostAction.Drain,
        CommandWord.UndrainHost => HostAction.Undrain,
        _ => HostAction.Enable,
    };
}
