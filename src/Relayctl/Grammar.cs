using System;
using System.Collections.Generic;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>The commands of relayctl(8), in the order in which OpenBSD's program lists them (R-CTL-01 to -15).</summary>
internal static class Grammar
{
    private static readonly Word _host = Argument("<hostid>", static (arguments, word) => arguments.TakeTarget(word));
    private static readonly Word _table = Argument("<tableid>", static (arguments, word) => arguments.TakeTarget(word));
    private static readonly Word _redirect = Argument("<redirectid>", static (arguments, word) => arguments.TakeTarget(word));
    private static readonly Word _path = Argument("<path>", static (arguments, word) => arguments.TakePath(word));

    private static readonly Word[] _show =
    [
        Show("summary", ShowSubject.Summary),
        Show("hosts", ShowSubject.Hosts),
        Show("redirects", ShowSubject.Redirects),
        Show("relays", ShowSubject.Relays),
        Show("routers", ShowSubject.Routers),
        Show("sessions", ShowSubject.Sessions),
        Show("rules", ShowSubject.Rules) with { Origin = Origin.Ours, IsListed = false },
    ];

    private static readonly Word[] _ofAddedHosts =
    [
        Word.Nothing,
        Option("weight", static (arguments, word) => arguments.TakeWeight(word)),
        Option("retry", static (arguments, word) => arguments.TakeRetry(word)),
        new Word("ip") { Next = static () => [Option("ttl", static (arguments, word) => arguments.TakeTtl(word))] },
    ];

    private static readonly Word _address =
        Argument("<address>", static (arguments, word) => arguments.TakeAddress(word)) with { Next = static () => _ofAddedHosts };

    private static readonly Word[] _ofHosts =
    [
        Command("disable", CommandWord.DisableHost, _host),
        Command("enable", CommandWord.EnableHost, _host),
        Command("drain", CommandWord.DrainHost, _host) with { Origin = Origin.Ours },
        Command("undrain", CommandWord.UndrainHost, _host) with { Origin = Origin.Ours },
        new Word("add")
        {
            Origin = Origin.Ours,
            Asks = static arguments => new AddHostRequest(arguments.Target, arguments.Address, arguments.Weight, arguments.Retry, arguments.Ttl),
            Next = static () => [_table with { Next = static () => [_address] }],
        },
        Command("remove", CommandWord.RemoveHost, _host) with { Origin = Origin.Ours },
    ];

    /// <summary>What a command may begin with.</summary>
    public static IReadOnlyList<Word> Commands { get; } =
    [
        new Word("monitor") { Asks = static _ => new MonitorRequest() },
        new Word("show") { Next = static () => _show },
        new Word("load") { Asks = static arguments => new LoadRequest(Arguments.Bytes(arguments.Path)), Next = static () => [_path] },
        new Word("poll") { Asks = static _ => new PollRequest() },
        new Word("reload") { Asks = static _ => new ReloadRequest() },
        new Word("stop") { Asks = static _ => new StopRequest() },
        new Word("purge") { Origin = Origin.Ours, IsListed = false, Asks = static _ => new PurgeRequest() },
        new Word("redirect")
        {
            Next = static () =>
            [
                Command("disable", CommandWord.DisableRedirect, _redirect),
                Command("enable", CommandWord.EnableRedirect, _redirect),
            ],
        },
        new Word("table")
        {
            Next = static () =>
            [
                Command("disable", CommandWord.DisableTable, _table),
                Command("enable", CommandWord.EnableTable, _table),
            ],
        },
        new Word("host") { Next = static () => _ofHosts },
        new Word("log")
        {
            Next = static () =>
            [
                new Word("verbose") { Asks = static _ => new LogRequest(LogWord.Verbose) },
                new Word("brief") { Asks = static _ => new LogRequest(LogWord.Brief) },
            ],
        },
    ];

    private static Word Argument(string name, Func<Arguments, string, string?> take) => new(name) { Take = take };

    private static Word Show(string name, ShowSubject subject) => new(name) { Asks = _ => new ShowRequest(subject) };

    private static Word Command(string name, CommandWord word, Word target) => new(name)
    {
        Asks = arguments => new CommandRequest(word, arguments.Target),
        Next = () => [target],
    };

    private static Word Option(string name, Func<Arguments, string, string?> take) => new(name)
    {
        Next = () => [Argument("<number>", take) with { Next = static () => _ofAddedHosts }],
    };
}
