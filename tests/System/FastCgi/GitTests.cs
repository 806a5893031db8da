using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>git over HTTP: git-http-backend behind fcgiwrap. A large push comes in chunks, a clone is a long answer.</summary>
public sealed class GitTests : IDisposable
{
    private const string Lines = """
        connection max request body 1073741824
        	location "/git/*" {
        		root "/"
        		fastcgi {
        			param GIT_PROJECT_ROOT "/srv"
        			param GIT_HTTP_EXPORT_ALL "1"
        			script "/usr/lib/git-core/git-http-backend"
        		}
        	}
        	location "/closed/*" {
        		root "/"
        		authenticate "git" with "/etc/members"
        		fastcgi {
        			param GIT_PROJECT_ROOT "/srv"
        			param GIT_HTTP_EXPORT_ALL "1"
        			script "/usr/lib/git-core/git-http-backend"
        		}
        	}
        """;

    // alice:wonderland
    private const string Members = "alice:$2b$08$abcdefghijklmnopqrstuu9hwa7IwSVw.MklGzeilj98eEuSiyb8q\n";

    private readonly Place _place = new();
    private readonly Daemon _daemon;
    private readonly Application _cgi;

    public GitTests()
    {
        Site site = new Site(_place).Document("etc/members", Encoding.ASCII.GetBytes(Members)).ConfigureServer(Lines);
        _daemon = Daemon.Start(_place, site.Configuration);
        _cgi = Application.Cgi(_place, site);
        string repository = Path.Combine(site.Root, "srv/git/project.git");
        Git("init", "--quiet", "--bare", "--initial-branch", "main", repository);
        Git("--git-dir", repository, "config", "http.receivepack", "true");
        Git("init", "--quiet", "--bare", "--initial-branch", "main", Path.Combine(site.Root, "srv/closed/project.git"));
        _place.Tool("chown", "-R", "www:www", Path.Combine(site.Root, "srv"));
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _cgi.Dispose();
        _place.Dispose();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(32 * 1024 * 1024)]
    public void What_is_pushed_is_cloned_bit_by_bit(int count)
    {
        string first = Path.Combine(_place.Folder, "first"), second = Path.Combine(_place.Folder, "second");
        byte[] content = RandomNumberGenerator.GetBytes(count);
        Git("clone", "--quiet", "http://127.0.0.1/git/project.git", first);
        File.WriteAllBytes(Path.Combine(first, "file.bin"), content);
        Git("-C", first, "add", "file.bin");
        Git("-C", first, "-c", "user.name=a", "-c", "user.email=a@example", "commit", "--quiet", "-m", "one file");
        Git("-C", first, "push", "--quiet", "origin", "HEAD:main");

        Git("clone", "--quiet", "http://127.0.0.1/git/project.git", second);

        Assert.Equal(Git("-C", first, "rev-parse", "HEAD"), Git("-C", second, "rev-parse", "HEAD"));
        Assert.True(File.ReadAllBytes(Path.Combine(second, "file.bin")).AsSpan().SequenceEqual(content), "the file is the same");
    }

    // git-http-backend takes a push from whoever has a name, without being told so by the repository.
    [Fact]
    public void A_name_and_its_password_give_the_right_to_push()
    {
        string copy = Path.Combine(_place.Folder, "copy"), url = "http://alice:wonderland@127.0.0.1/closed/project.git";
        Git("clone", "--quiet", url, copy);
        Git("-C", copy, "-c", "user.name=a", "-c", "user.email=a@example", "commit", "--quiet", "--allow-empty", "-m", "nothing");
        Git("-C", copy, "push", "--quiet", "origin", "HEAD:main");

        Assert.StartsWith(Git("-C", copy, "rev-parse", "HEAD").Trim(), Git("ls-remote", url, "main"), StringComparison.Ordinal);
        Assert.Equal(401, Client.Get(_place, "/closed/project.git/info/refs?service=git-receive-pack").Status);
    }

    private string Git(params string[] words) => _place.Tool("env", ["HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "git", .. words]);
}
