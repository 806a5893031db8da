using System;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Tls;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Tls;

public sealed class TlsFilesTests : IDisposable
{
    private readonly KeyFiles _keys = new(running: null, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TlsFiles _files;

    public TlsFilesTests()
    {
        _files = new TlsFiles(_keys);
    }

    public void Dispose() => _keys.Dispose();

    [Theory]
    [InlineData("no-such-cipher", "default")]
    [InlineData("secure", "P-1")]
    public void Settings_that_leave_nothing_are_a_fault(string ciphers, string curves)
    {
        ServerTls tls = With(new ServerTls { Ciphers = ciphers, Ecdhe = curves });

        Assert.Contains(ciphers is "secure" ? curves : ciphers, _files.FindFault(tls), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secure")]
    [InlineData("default")]
    [InlineData("compat")]
    [InlineData("legacy")]
    [InlineData("insecure")]
    [InlineData("all")]
    [InlineData("HIGH:!aNULL")]
    public void Each_name_of_a_set_leaves_something(string ciphers)
    {
        ServerTls tls = With(new ServerTls { Ciphers = ciphers, Ecdhe = "X25519, P-256" });

        Assert.Null(_files.FindFault(tls));
    }

    private static ServerTls With(ServerTls tls) => tls with
    {
        Contents = new TlsContents { Certificate = Bytes.Text(TestCertificate.Of("P-256", "a").Certificate) },
    };
}
