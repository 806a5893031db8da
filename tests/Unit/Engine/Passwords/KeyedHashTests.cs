using Sluice.Engine.Passwords;

using Xunit;

namespace Sluice.Unit.Engine.Passwords;

public sealed class KeyedHashTests
{
    [Fact]
    public void The_same_content_has_the_same_hash_under_one_key_and_another_under_another()
    {
        KeyedHash hash = new();

        Assert.Equal(Of(hash, [1, 2, 3]), Of(hash, [1, 2, 3]));
        Assert.NotEqual(Of(hash, [1, 2, 3]), Of(hash, [1, 2]));
        Assert.NotEqual(Of(hash, [1, 2, 3]), Of(new KeyedHash(), [1, 2, 3]));
        Assert.Equal(KeyedHash.Length, Of(hash, []).Length);
    }

    private static byte[] Of(KeyedHash hash, byte[] content)
    {
        byte[] result = new byte[KeyedHash.Length];
        hash.Compute(content, result);
        return result;
    }
}
