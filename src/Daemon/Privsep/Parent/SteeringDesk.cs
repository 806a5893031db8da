using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;

using Sluice.Daemon.Names;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Program;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>Reads and checks another configuration.</summary>
/// <param name="running">The one in use.</param>
/// <param name="names">The names of hosts that are known.</param>
/// <param name="messages">Where what is to be said of it is written.</param>
/// <returns>What is to be used, or null.</returns>
internal delegate LoadedConfiguration? Reading(LoadedConfiguration running, HostNames names, TextWriter messages);

/// <summary>What the parent does when it is asked to.</summary>
internal sealed record SteeringPowers
{
    /// <summary>Whether anything can still be changed.</summary>
    public required Func<bool> MayChange { get; init; }

    /// <summary>Reads a configuration and uses it: what is wrong, or null, and all that was said of it.</summary>
    public required Func<Reading, ValueTask<(string? Failure, string Messages)>> Reload { get; init; }

    /// <summary>The same with what sources of hosts say, when all work by what was said before.</summary>
    public required Func<Reading, ValueTask<(string? Failure, string Messages)>> Feed { get; init; }

    /// <summary>Logs more or less.</summary>
    public required Action<int> ChangeVerbosity { get; init; }

    /// <summary>Ends the daemon.</summary>
    public required Action End { get; init; }
}

/// <summary>In the parent: does what roles ask for that may steer, and answers them.</summary>
internal sealed class SteeringDesk(DaemonProgram program, CommandLine commandLine, DaemonState state, SteeringPowers powers)
{
    // What relayctl(8) hands over is read into memory.
    private const int LongestConfiguration = 16 << 20;

    /// <summary>Why nothing is changed any more.</summary>
    public string Refusal => $"{program.Name} ends";

    /// <summary>Reads the configuration file again.</summary>
    public LoadedConfiguration? Load(LoadedConfiguration running, HostNames names, TextWriter messages) =>
        program.Load(commandLine, running, names, messages);

    /// <summary>Does what a role asks for.</summary>
    /// <param name="request">What; from a role that may ask for it.</param>
    /// <param name="descriptors">What came with it.</param>
    public async ValueTask<SteeringAnswer> Steer(SteeringRequest request, ReceivedDescriptors descriptors)
    {
        if (!powers.MayChange())
        {
            return Answer(request, SteeringOutcome.Refused, Refusal);
        }

        switch (request.Kind)
        {
            case SteeringKind.Reload:
                return Answer(request, await powers.Reload(Load));
            case SteeringKind.Load:
                return await LoadOther(request, descriptors);
            case SteeringKind.Amend:
                return Answer(request, await powers.Reload((running, _, messages) => program.Amend(commandLine, running, request.Content, messages)));
            case SteeringKind.Feed:
                return Answer(request, await powers.Feed((running, _, messages) => program.Feed(commandLine, running, request.Content, messages)));
            case SteeringKind.Verbosity when request.Content.Length == 1:
                powers.ChangeVerbosity(request.Content.Span[0]);
                return Answer(request, SteeringOutcome.Done, "");
            case SteeringKind.Stop:
                powers.End();
                return Answer(request, SteeringOutcome.Done, "");
            default:
                return Answer(request, SteeringOutcome.Refused, "not understood");
        }
    }

    private async ValueTask<SteeringAnswer> LoadOther(SteeringRequest request, ReceivedDescriptors descriptors)
    {
        string name = Encoding.UTF8.GetString(request.Content.Span);
        if (!descriptors.TryTake(out int descriptor) || OpenFile.Adopt(descriptor) is not { } opened)
        {
            return Answer(request, SteeringOutcome.Refused, $"{name}: no file came with the request");
        }

        using OpenFile file = opened;
        return file.ReadAll(LongestConfiguration) is { } text
            ? Answer(request, await powers.Reload((running, names, messages) => program.Load(commandLine.For(name, text), running, names, messages)))
            : Answer(request, SteeringOutcome.Refused, $"{name}: cannot be read: it must be a regular file of at most {LongestConfiguration} bytes");
    }

    private SteeringAnswer Answer(SteeringRequest request, (string? Failure, string Messages) reload) =>
        Answer(request, reload.Failure is null ? SteeringOutcome.Done : SteeringOutcome.Refused, reload.Messages);

    private SteeringAnswer Answer(SteeringRequest request, SteeringOutcome outcome, string text) =>
        new(state.Generation, request.Number, outcome, text.Length <= SteeringAnswer.LongestText ? text : text[..SteeringAnswer.LongestText]);
}
