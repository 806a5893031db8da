using System.Globalization;
using System.Linq;

using Sluice.Control;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Control;

/// <summary>Why a command that failed could not be done, where that is because of what it names.</summary>
internal static class Unknown
{
    /// <summary>A line for the operator; empty where what it names is there.</summary>
    /// <param name="configuration">Where it was looked for.</param>
    /// <param name="request">The command.</param>
    public static string Explain(RelaydConfiguration configuration, Request request) => request switch
    {
        AddHostRequest add => Find.TablesAndDefinitions(configuration, add.Table).Any() ? "" : $"there is no table {NameOf(add.Table)}\n",
        CommandRequest { Word: CommandWord.EnableTable or CommandWord.DisableTable } command => OfTable(configuration, command.Target),
        CommandRequest { Word: CommandWord.EnableRedirect or CommandWord.DisableRedirect } command =>
            Find.Redirects(configuration, command.Target).Any() ? "" : $"there is no redirection {NameOf(command.Target)}\n",
        CommandRequest command => OfHost(configuration, command),
        _ => "",
    };

    private static string OfTable(RelaydConfiguration configuration, Target target)
    {
        if (Find.Tables(configuration, target).Any())
        {
            return "";
        }

        Table? other = Find.TablesAndDefinitions(configuration, target).FirstOrDefault();
        return $"there is no table {NameOf(target)}{(other is null ? "" : $", but {other.Name}")}\n";
    }

    private static string OfHost(RelaydConfiguration configuration, CommandRequest command)
    {
        Host[] hosts = [.. Find.Hosts(configuration, command.Target)];
        bool areFollowers = command.Word != CommandWord.RemoveHost && hosts.All(static host => host.ParentId != 0);
        return hosts.Length == 0 ? $"there is no host {NameOf(command.Target)}\n"
            : areFollowers ? $"host {NameOf(command.Target)} does what its parent does, host {hosts[0].ParentId}\n"
            : "";
    }

    private static string NameOf(Target target) => target.Id == 0 ? target.Name : target.Id.ToString(CultureInfo.InvariantCulture);
}
