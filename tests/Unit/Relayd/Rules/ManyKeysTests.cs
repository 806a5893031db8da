using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Relayd.Rules;
using Sluice.Unit.Fakes;
using Sluice.Unit.Http.Codec;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Rules;

/// <summary>Of 100,000 keys a message is asked about by the rules whose key it has, as with ten.</summary>
public sealed class ManyKeysTests
{
    private const int Many = 100_000;

    [Theory]
    [InlineData("block url file \"/keys\"", 2)]
    [InlineData("match url hash file \"/keys\" tag A", 2)]
    [InlineData("block path file \"/keys\"", 1)]
    [InlineData("block header file \"/keys\"", 1)]
    [InlineData("match cookie remove file \"/keys\"", 1)]
    [InlineData("match query hash file \"/keys\" value \"v\"", 1)]
    public void A_message_is_asked_about_by_the_rules_whose_key_it_has(string rule, int asked)
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Text(Keys(), Loaded.Protocol(rule)));
        Rule joined = Assert.Single(configuration.Protocols[0].Rules);
        Assert.Equal(Many + 4, joined.Count);

        RuleTriggers triggers = new([joined], Direction.Request);
        Assert.Equal([joined.Entities[0].Kind], triggers.Waiting);

        using UrlDigests digests = new();
        MessageView message = new(triggers.Build(), digests);
        HeadChanges changes = new();
        RequestHead head = Heads.Parse("GET /key-7?key-9=v HTTP/1.1\r\nHost: key-5.example\r\nkey-3: x\r\nCookie: KEY-4=y\r\n\r\n", HeadLimits.Relayd);
        changes.Begin(head);
        message.Begin(head, changes);
        Assert.Equal(asked, message.Hits.Count);
    }

    [Theory]
    [InlineData("block path \"*/{0}/*\"", 100, 1)]
    [InlineData("block header \"User-Agent\" value \"*bot{0}*\"", 100, 1)]
    [InlineData("match header log \"user-agent\" value \"*[Bb]ot{0};*\"", 100, 1)]
    [InlineData("block header \"User-Agent\" value \"*[0-9]*\"", 100, 100)]
    [InlineData("block path \"*/{0}/*\"", 3, 3)]
    public void Of_many_globs_a_message_is_asked_about_by_those_whose_text_it_holds(string rule, int count, int asked)
    {
        IEnumerable<string> rules = Enumerable.Range(1, count).Select(number => rule.Replace("{0}", $"{number}", StringComparison.Ordinal));
        RelaydConfiguration configuration = Loaded.Good(Loaded.Protocol(string.Join('\n', rules)));
        RuleTriggers triggers = new(configuration.Protocols[0].Rules, Direction.Request);

        using UrlDigests digests = new();
        MessageView message = new(triggers.Build(), digests);
        HeadChanges changes = new();
        RequestHead head = Heads.Parse("GET /77/7 HTTP/1.1\r\nHost: a.example\r\nUser-Agent: a bot7; b bot\r\n\r\n", HeadLimits.Relayd);
        changes.Begin(head);
        message.Begin(head, changes);
        Assert.Equal(asked, message.Hits.Count + triggers.Waiting.Count(static part => part is null));
    }

    [Fact]
    public void All_of_them_come_to_the_processes_and_back()
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Text(Keys(), Loaded.Protocol("block url file \"/keys\"")));
        byte[] payload = ConfigurationWire.Write(ConfigurationWire.ForRelays(configuration));
        Assert.Equal(configuration.Protocols[0].Rules, ConfigurationWire.Read(payload)!.Protocols[0].Rules);
        Assert.InRange(payload.Length, Many * 10, Many * 20);
        Assert.Empty(ConfigurationWire.ForHealth(configuration).Protocols);
        Assert.Empty(ConfigurationWire.ForControl(configuration).Protocols[0].Rules);
    }

    private static StubHost Keys()
    {
        IEnumerable<string> keys = Enumerable.Range(0, Many).Select(number => $"key-{number}");
        return Loaded.Host().With("/keys", string.Join('\n', keys) + "\nkey-5.example/\nkey-5.example/key-7\n/key-7\nkey-1.example/\n");
    }
}
