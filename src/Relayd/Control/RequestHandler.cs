using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.Control;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine.Loop;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Control;

/// <summary>What became of a command.</summary>
/// <param name="Outcome">Whether it was done.</param>
/// <param name="Text">What there is to say of it, for the operator; may be empty.</param>
internal readonly record struct CommandResult(Outcome Outcome, string Text = "");

/// <summary>Does what clients ask for, and tells those that watch.</summary>
/// <param name="loop">Its time.</param>
/// <param name="current">The configuration of this process.</param>
/// <param name="health">Who tells hce.</param>
/// <param name="steering">Who tells the parent.</param>
internal sealed class RequestHandler(EventLoop loop, Func<CurrentConfiguration> current, HealthCommands health, Steering steering)
{
    // As -v given so many times: the second adds debugging messages.
    private const byte Brief = 0;
    private const byte Verbose = 2;

    /// <summary>The clients that watch.</summary>
    public Monitors Monitors { get; } = new();

    /// <summary>Whether only root may ask for it.</summary>
    public static bool IsForRoot(Request request) =>
        request is LoadRequest or ReloadRequest or StopRequest or PurgeRequest or AddHostRequest or CommandRequest { Word: CommandWord.RemoveHost };

    /// <summary>Does it.</summary>
    /// <param name="request">Neither <c>show</c> nor <c>monitor</c>.</param>
    /// <param name="descriptor">The file that came with it; -1 for none.</param>
    public async ValueTask<CommandResult> Do(Request request, int descriptor)
    {
        CommandResult result = request switch
        {
            PollRequest => new CommandResult(await health.Poll()),
            LogRequest log => await Steer(SteeringKind.Verbosity, new[] { log.Word == LogWord.Verbose ? Verbose : Brief }),
            LoadRequest load => await Steer(SteeringKind.Load, Encoding.Latin1.GetBytes(load.Path), descriptor),
            ReloadRequest => await Steer(SteeringKind.Reload),
            StopRequest => await Steer(SteeringKind.Stop),
            PurgeRequest => new CommandResult(Outcome.Failed, "relayd runs, and keeps the rules of its redirections and the routes of its routers: end it first, with relayctl stop\n"),
            AddHostRequest add => await Add(add),
            CommandRequest { Word: CommandWord.RemoveHost } remove => await Remove(remove.Target),
            CommandRequest command => new CommandResult(await health.Do(command)),
            _ => new CommandResult(Outcome.NotUnderstood),
        };
        if (result.Outcome == Outcome.Done)
        {
            Tell(request);
            return result;
        }

        return result.Text.Length > 0 ? result : result with { Text = Unknown.Explain(current().Configuration, request) };
    }

    private ValueTask<CommandResult> Add(AddHostRequest add)
    {
        Host host = new()
        {
            Name = add.Address.ToString(),
            Address = add.Address,
            Weight = add.Weight,
            Retry = add.Retry,
            Ttl = add.Ttl == 0 ? null : (byte)add.Ttl,
        };
        return Amend([.. Find.TablesAndDefinitions(current().Configuration, add.Table).Select(table => new HostAddition(table.Id, host))]);
    }

    // Those that follow others first, for these cannot go before them.
    private ValueTask<CommandResult> Remove(Target target) => Amend(
        [.. Find.Hosts(current().Configuration, target).OrderBy(static host => host.ParentId == 0).Select(static host => new HostRemoval(host.Id))]);

    // Done where one of them is; what is said of the others is said in either case.
    private async ValueTask<CommandResult> Amend(IReadOnlyList<Amendment> amendments)
    {
        Outcome outcome = Outcome.Failed;
        string text = "";
        foreach (Amendment amendment in amendments)
        {
            CommandResult result = await Steer(SteeringKind.Amend, amendment.Write());
            outcome = result.Outcome == Outcome.Done ? Outcome.Done : outcome;
            text += text.Contains(result.Text, StringComparison.Ordinal) ? "" : result.Text;
        }

        return new CommandResult(outcome, text);
    }

    private async ValueTask<CommandResult> Steer(SteeringKind kind, ReadOnlyMemory<byte> content = default, int descriptor = -1)
    {
        SteeringResult result = await steering.Ask(kind, content, descriptor);
        string text = result.Text.Length == 0 || result.Text.EndsWith('\n') ? result.Text : result.Text + "\n";
        return new CommandResult(result.Outcome == SteeringOutcome.Done ? Outcome.Done : Outcome.Failed, text);
    }

    private void Tell(Request request)
    {
        EventRow? row = request switch
        {
            CommandRequest command => new EventRow(KindOf(command.Word), loop.Utc)
            {
                Id = (int)uint.Min(command.Target.Id, int.MaxValue),
                Name = command.Target.Name,
            },
            AddHostRequest add => new EventRow(EventKind.HostAdd, loop.Utc) { Name = add.Address.ToString() },
            _ => null,
        };
        if (row is not null)
        {
            Monitors.Say(row);
        }
    }

    private static EventKind KindOf(CommandWord word) => word switch
    {
        CommandWord.EnableHost => EventKind.HostEnable,
        CommandWord.DisableHost => EventKind.HostDisable,
        CommandWord.DrainHost => EventKind.HostDrain,
        CommandWord.UndrainHost => EventKind.HostUndrain,
        CommandWord.RemoveHost => EventKind.HostRemove,
        CommandWord.EnableTable => EventKind.TableEnable,
        CommandWord.DisableTable => EventKind.TableDisable,
        CommandWord.EnableRedirect => EventKind.RedirectEnable,
        _ => EventKind.RedirectDisable,
    };
}
