using System.IO;

using Sluice.Configuration;

namespace Sluice.Httpd.Configuration;

/// <summary>From the text of httpd.conf(5) to its records.</summary>
internal static class HttpdConfigurationLoader
{
    private const string DefaultChroot = "/var/www";

    /// <summary>Reads a file and everything that it includes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="macros">Those of the command line; the file's own are added.</param>
    /// <param name="host">What the configuration asks of the host.</param>
    /// <param name="tlsFiles">Reads certificates and keys.</param>
    /// <param name="verbosity">How much to tell.</param>
    public static LoadResult<HttpdConfiguration> Load(string path, Macros macros, IHostFacts host, ITlsFiles tlsFiles, LoadVerbosity verbosity)
    {
        Diagnostics diagnostics = new();
        if (SourceText.Open(path, host, diagnostics) is not { } source)
        {
            return new(Configuration: null, diagnostics);
        }

        return Load(source, new LoadState(Tokens(source, macros, host, diagnostics), macros, host, tlsFiles, diagnostics), verbosity);
    }

    private static TokenReader Tokens(SourceText source, Macros macros, IHostFacts host, Diagnostics diagnostics) =>
        new(new Lexer(source, HttpdKeywords.All, macros, host, diagnostics), diagnostics);

    private static LoadResult<HttpdConfiguration> Load(SourceText source, LoadState state, LoadVerbosity verbosity)
    {
        Diagnostics diagnostics = state.Diagnostics;
        new HttpdGrammar(state).File();
        if (diagnostics.Errors == 0 && state.Servers.Count == 0)
        {
            diagnostics.Error(new Position(source, 0, -1), "no actions, nothing to do", "Write a server block.");
        }

        if (state.TrustedProxies.Count == 0 && state.Uses.TryGetValue("listen proxy-protocol", out Position listen))
        {
            diagnostics.Warning(listen, "proxy-protocol without trusted-proxies", "Every connection to it is closed: name the proxy in trusted-proxies.");
        }

        if (verbosity == LoadVerbosity.Verbose)
        {
            state.Macros.WarnOfUnused(diagnostics);
        }

        return new(diagnostics.Errors == 0 ? Resolve(state) : null, diagnostics);
    }

    private static HttpdConfiguration Resolve(LoadState state)
    {
        MediaType defaultType = state.DefaultType ?? MediaType.OctetStream;
        string chroot = state.Chroot ?? DefaultChroot;
        return new HttpdConfiguration
        {
            Prefork = state.Prefork ?? 3,
            Chroot = chroot,
            LogDirectory = state.LogDirectory ?? Path.Join(chroot, "logs"),
            ErrorDocuments = state.ErrorDocuments,
            Banner = state.Banner,
            DefaultType = defaultType,
            MediaTypes = state.MediaTypes.Count > 0 ? [.. state.MediaTypes] : MediaTypeLine.BuiltIn,
            TrustedProxies = [.. state.TrustedProxies],
            Servers = [.. state.Servers.ConvertAll(server => server.Resolve(defaultType))],
        };
    }
}
