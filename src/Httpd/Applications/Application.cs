using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Engine.Io;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Applications;

/// <summary>An application as requests of a place are handed to it: its settings made bytes.</summary>
internal sealed class Application
{
    private Application(SocketAddress address, FastCgi settings)
    {
        Address = address;
        Strip = settings.Strip;
        Script = settings.Script is null ? null : Bytes.Of(settings.Script);
        InterceptsErrors = settings.ErrorDocuments;
        List<(byte[] Name, byte[] Value)> parameters = [];
        foreach (FastCgiParameter parameter in settings.Parameters)
        {
            parameters.Add((Bytes.Of(parameter.Name), Bytes.Of(parameter.Value)));
        }

        Parameters = [.. parameters];
    }

    /// <summary>Where it listens; a path is inside the chroot.</summary>
    public SocketAddress Address { get; }

    /// <summary>Components removed from DOCUMENT_ROOT and SCRIPT_FILENAME (H-FCGI-05).</summary>
    public int Strip { get; }

    /// <summary>The script for every path; null where the path names it.</summary>
    public byte[]? Script { get; }

    /// <summary>Whether its errors are answered by our pages.</summary>
    public bool InterceptsErrors { get; }

    /// <summary>Parameters of the configuration, in order.</summary>
    public (byte[] Name, byte[] Value)[] Parameters { get; }

    /// <summary>The application of settings; null where files are served.</summary>
    public static Application? Of(Settings settings) =>
        settings.FastCgi is { } application ? new Application(AddressOf(application), application) : null;

    private static SocketAddress AddressOf(FastCgi settings)
    {
        if (settings.Host is not { } host)
        {
            return SocketAddress.FromUnix(Bytes.Of(settings.Socket));
        }

        byte[] address = host.Address.GetAddressBytes();
        uint zone = address.Length == 16 ? (uint)host.Address.ScopeId : 0;
        return SocketAddress.FromIp(address, host.Port, zone);
    }
}
