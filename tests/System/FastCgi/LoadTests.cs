using Sluice.System.Faults;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>An application and a load of requests that are none of its business.</summary>
public sealed class LoadTests
{
    private const string Text = "Content-Type: text/plain\r\n\r\ngood";

    // The load asks for a file; the application's own clients are counted beside it.
    [Fact]
    public void An_application_that_goes_and_comes_under_load_costs_nothing_else()
    {
        using FastCgiGround ground = new(request => request.Answer(Text));
        using Load load = new(ground.Place, 80, "/f", "f"u8.ToArray());

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("200 good", ground.Get().ToString());
            ground.Responder.Dispose();
            Assert.Equal("502", ground.Get().ToString());
            load.AwaitAnswers(300);
            ground.Restart(request => request.Answer(Text));
        }

        load.Stop();
        Assert.True(load.Losses.Count == 0, load.Describe());
        Assert.True(ground.Server.Lives);
    }
}
