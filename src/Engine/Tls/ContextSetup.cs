using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;
using Sluice.Engine.Tls.Certificates;

namespace Sluice.Engine.Tls;

/// <summary>What contexts of servers and of clients have in common.</summary>
internal static class ContextSetup
{
    /// <summary>Sets what all have, and the versions that are spoken.</summary>
    /// <param name="context">The context.</param>
    /// <param name="protocols">At least one.</param>
    /// <param name="securityLevel">As of SSL_CTX_set_security_level(3).</param>
    /// <param name="sessionCache">As of SSL_CTX_set_session_cache_mode(3).</param>
    public static unsafe void Begin(SslContextHandle context, TlsProtocols protocols, int securityLevel, int sessionCache)
    {
        int lowest = protocols.HasFlag(TlsProtocols.Tls12) ? OpenSsl.TLS1_2_VERSION : OpenSsl.TLS1_3_VERSION;
        int highest = protocols.HasFlag(TlsProtocols.Tls13) ? OpenSsl.TLS1_3_VERSION : OpenSsl.TLS1_2_VERSION;
        _ = OpenSsl.SSL_CTX_set_options(context, OpenSsl.SSL_OP_NO_RENEGOTIATION);
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SSL_CTRL_MODE, OpenSsl.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, pointer: null);
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SSL_CTRL_SET_READ_AHEAD, 1, pointer: null);
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SSL_CTRL_SET_SESS_CACHE_MODE, sessionCache, pointer: null);
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SSL_CTRL_SET_MIN_PROTO_VERSION, lowest, pointer: null);
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SSL_CTRL_SET_MAX_PROTO_VERSION, highest, pointer: null);
        OpenSsl.SSL_CTX_set_security_level(context, securityLevel);
    }

    /// <summary>Sets what is agreed on; in words for the operator what is wrong with it, empty where all is well.</summary>
    /// <param name="context">The context.</param>
    /// <param name="protocols">Those it was begun with.</param>
    /// <param name="ciphers">Of TLS 1.2, as ciphers(1) has them.</param>
    /// <param name="without">What is taken out of these.</param>
    /// <param name="groups">Best first, with colons between.</param>
    public static unsafe string Agree(SslContextHandle context, TlsProtocols protocols, string ciphers, string without, string groups)
    {
        if (protocols == TlsProtocols.None)
        {
            return "no version of TLS is left";
        }

        if (!TrySetText(ciphers + without, text => OpenSsl.SSL_CTX_set_cipher_list(context, (byte*)text)))
        {
            return $"no cipher matches \"{ciphers}\"";
        }

        return TrySetText(groups, text => (int)OpenSsl.SSL_CTX_ctrl(context, OpenSsl.SSL_CTRL_SET_GROUPS_LIST, 0, (void*)text))
            ? ""
            : $"not all groups are known: \"{groups}\"";
    }

    /// <summary>Sets who may have issued certificates of peers; in words for the operator what is wrong with that, empty where all is well.</summary>
    /// <param name="context">The context.</param>
    /// <param name="whose">Whose certificates, for the words.</param>
    /// <param name="authorities">PEM text.</param>
    /// <param name="revocationLists">PEM text with a list for each authority; empty to check none.</param>
    /// <param name="also">Is shown each authority.</param>
    public static string Trust(
        SslContextHandle context,
        string whose,
        ReadOnlySpan<byte> authorities,
        ReadOnlySpan<byte> revocationLists,
        Action<CertificateHandle>? also = null)
    {
        List<CertificateHandle>? all = PemText.Certificates(authorities, out TlsError error);
        if (all is null or [])
        {
            return all is null ? $"a {whose} authority cannot be read: {error.Describe()}" : $"there is no {whose} authority in it";
        }

        nint store = OpenSsl.SSL_CTX_get_cert_store(context);
        foreach (CertificateHandle authority in all)
        {
            TlsLibrary.Check(OpenSsl.X509_STORE_add_cert(store, authority), "X509_STORE_add_cert");
            also?.Invoke(authority);
        }

        _ = PemText.Dispose(all);
        if (revocationLists.IsEmpty)
        {
            return "";
        }

        int? count = PemText.AddRevocationLists(revocationLists, store, out error);
        _ = OpenSsl.X509_STORE_set_flags(store, OpenSsl.X509_V_FLAG_CRL_CHECK | OpenSsl.X509_V_FLAG_CRL_CHECK_ALL);
        return count switch
        {
            null => $"a revocation list cannot be read: {error.Describe()}",
            0 => "there is no revocation list in it",
            _ => "",
        };
    }

    private static bool TrySetText(string text, Func<nint, int> set)
    {
        nint native = Marshal.StringToCoTaskMemUTF8(text);
        int result = set(native);
        Marshal.FreeCoTaskMem(native);
        OpenSsl.ERR_clear_error();
        return result == 1;
    }
}
