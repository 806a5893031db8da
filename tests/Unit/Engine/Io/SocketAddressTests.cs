using System;
using System.Text;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Engine.Io;

using Xunit;

namespace Sluice.Unit.Engine.Io;

public sealed class SocketAddressTests
{
    [Theory]
    [InlineData("192.0.2.1:80")]
    [InlineData("0.0.0.0:0")]
    [InlineData("[2001:db8::1]:443")]
    [InlineData("[::]:65535")]
    [InlineData("[::1]:1")]
    [InlineData("[1::]:1")]
    [InlineData("[2001:db8:0:1:1:1:1:1]:1")]
    [InlineData("[2001:0:0:1::1]:1")]
    [InlineData("[::ffff:192.0.2.1]:80")]
    [InlineData("[fe80::1%2]:80")]
    [InlineData("/run/fastcgi.sock")]
    public void Text_is_written_as_it_was_read(string text)
    {
        Assert.True(SocketAddress.TryParse(Encoding.UTF8.GetBytes(text), out SocketAddress address));
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.1:65536")]
    [InlineData("192.0.2.1:-1")]
    [InlineData("[192.0.2.1]:80")]
    [InlineData("2001:db8::1:80")]
    [InlineData("[2001:db8::1]")]
    [InlineData("example.org:80")]
    public void What_is_no_address_is_refused(string text) =>
        Assert.False(SocketAddress.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Every_address_survives_its_text_and_the_kernels_form() =>
        Prop.ForAll<ulong, ulong, ushort>((high, low, port) =>
        {
            Span<byte> ip = stackalloc byte[16];
            _ = BitConverter.TryWriteBytes(ip, high);
            _ = BitConverter.TryWriteBytes(ip[8..], low);
            SocketAddress address = SocketAddress.FromIp(ip, port);
            Span<byte> text = stackalloc byte[SocketAddress.LongestText];
            Span<byte> native = stackalloc byte[SocketAddress.NativeSize];
            bool isRead = SocketAddress.TryParse(text[..address.Write(text)], out SocketAddress read);
            return isRead && read == address && SocketAddress.FromNative(native[..address.WriteNative(native)]) == address;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_path_survives_the_kernels_form()
    {
        SocketAddress address = SocketAddress.FromUnix("/run/x"u8);
        byte[] native = new byte[SocketAddress.NativeSize];
        Assert.Equal(address, SocketAddress.FromNative(native.AsSpan(0, address.WriteNative(native))));
    }

    [Fact]
    public void Ports_tell_addresses_apart()
    {
        SocketAddress address = SocketAddress.FromIp([192, 0, 2, 1], 80);
        Assert.NotEqual(address, address.WithPort(81));
        Assert.Equal(address, address.WithPort(81).WithPort(80));
    }

    [Fact]
    public void The_host_is_written_without_port_and_brackets()
    {
        byte[] text = new byte[SocketAddress.LongestText];
        _ = SocketAddress.TryParse("[2001:db8::1]:443"u8, out SocketAddress address);
        Assert.Equal("2001:db8::1", Encoding.ASCII.GetString(text, 0, address.WriteHost(text)));
    }

    [Fact]
    public void The_longest_address_fits_the_longest_text()
    {
        byte[] ip = [0x20, 1, 0xd, 0xb8, 0x11, 0x11, 0x22, 0x22, 0x33, 0x33, 0x44, 0x44, 0x55, 0x55, 0x66, 0x66];
        Span<byte> text = stackalloc byte[SocketAddress.LongestText];
        Assert.True(SocketAddress.FromIp(ip, 65535, uint.MaxValue).Write(text) <= SocketAddress.LongestText);
    }
}
