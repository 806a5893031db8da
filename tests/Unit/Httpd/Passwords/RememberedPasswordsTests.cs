using System;
using System.Linq;

using Sluice.Httpd.Passwords;

using Xunit;

namespace Sluice.Unit.Httpd.Passwords;

public sealed class RememberedPasswordsTests
{
    private readonly RememberedPasswords _remembered = new();

    [Fact]
    public void A_password_is_remembered_for_a_minute()
    {
        _remembered.Add(new CredentialKey(1, 2), TimeSpan.FromSeconds(10));

        Assert.True(_remembered.Holds(new CredentialKey(1, 2), TimeSpan.FromSeconds(69)));
        Assert.False(_remembered.Holds(new CredentialKey(1, 2), TimeSpan.FromSeconds(70)));
        Assert.False(_remembered.Holds(new CredentialKey(2, 1), TimeSpan.FromSeconds(69)));
    }

    [Fact]
    public void What_is_old_makes_room()
    {
        Fill(10, TimeSpan.Zero);
        _remembered.Add(new CredentialKey(99, 0), TimeSpan.FromMinutes(1));

        Assert.Equal(1, _remembered.Count);
    }

    [Fact]
    public void No_more_than_4096_are_remembered()
    {
        Fill(5000, TimeSpan.Zero);

        Assert.Equal(4096, _remembered.Count);
        Assert.False(_remembered.Holds(new CredentialKey(1, 0), TimeSpan.Zero));
        Assert.True(_remembered.Holds(new CredentialKey(5000, 0), TimeSpan.Zero));
    }

    private void Fill(int count, TimeSpan now)
    {
        foreach (int number in Enumerable.Range(1, count))
        {
            _remembered.Add(new CredentialKey((UInt128)number, 0), now);
        }
    }
}
