using System;
using System.IO;

using Sluice.System.Ground;
using Sluice.System.Redirections;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Moving;

/// <summary>How relayd starts with tables that move, and redirections that use them (D-58).</summary>
public sealed class StartTests
{
    [Fact]
    public void A_name_that_has_no_address_yet_keeps_nothing_from_starting()
    {
        using RelayGround ground = new();
        using Zone zone = new(ground.Place);
        _ = ground.Host("127.0.0.11");
        using Daemon relayd = ground.Relay("late.test resolve", "check tcp mode source-hash").Start();
        _ = relayd.AwaitLine("late.test has no address, or no name server answers: its tables begin without hosts of it");
        Assert.Equal("", ground.Ask());
        zone.Replace("late.test", "late.test. 2 IN A 127.0.0.11");
        Await.Until(() => ground.Ask() is "127.0.0.11", Await.Usual, relayd.Words);
        Assert.Equal(0, relayd.Stop());
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_said_at_once()
    {
        using RelayGround ground = new();
        string file = Path.Combine(ground.Place.Folder, "hosts.tab");
        File.WriteAllText(file, "127.0.0.11\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        using Daemon relayd = Daemon.Launch(ground.Place, ground.Relay($"file \"{file}\"", "check tcp").Configuration, "relayd");
        Assert.Equal(1, relayd.AwaitEnd());
        _ = relayd.AwaitLine($"{file}: Permission denied: it must be a regular file, and the user _resolver must be able to read it");
    }

    [Fact]
    public void A_redirection_moves_with_its_table()
    {
        using Network network = new();
        foreach (Server server in network.Hosts)
        {
            _ = server.Begin();
        }

        string file = Path.Combine(network.Balancer.Folder, "hosts.tab");
        string configuration = Path.Combine(network.Balancer.Folder, "relayd.conf");
        File.WriteAllText(file, "10.1.1.2\n");
        File.WriteAllText(
            configuration,
            $"socket \"{network.Balancer.Folder}/relayd.sock\"\ninterval 1\ntimeout 300\ntable <hosts> {{ file \"{file}\" }}\nredirect \"www\" {{\nlisten on {Network.Virtual} port 80\nforward to <hosts> port 8080 check tcp\n}}\n");
        using Daemon relayd = Daemon.Start(network.Balancer, configuration, "relayd");
        AwaitServer(network, "s1", relayd);
        File.WriteAllText(file, "10.1.3.2\n");
        AwaitServer(network, "s3", relayd);

        File.WriteAllText(file, "10.1.2.2 port 8080\n");
        _ = relayd.AwaitLine($"{file} has ports, and redirect www sends to one port of all hosts: remove them");
        AwaitServer(network, "s3", relayd);
        Assert.Equal(0, relayd.Stop());
    }

    private static void AwaitServer(Network network, string name, Daemon relayd) => Await.Until(
        () =>
        {
            try
            {
                return network.Ask(80).StartsWith(name, StringComparison.Ordinal);
            }
            catch (global::System.Net.Sockets.SocketException)
            {
                return false;
            }
        },
        Await.Usual,
        relayd.Words);
}
