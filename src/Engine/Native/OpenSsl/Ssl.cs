using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// openssl/ssl.h. Functions that the manual describes and the header makes of SSL_ctrl have their numbers here.
internal static partial class OpenSsl
{
    public const int SSL_CTRL_MODE = 33;
    public const int SSL_CTRL_SET_READ_AHEAD = 41;
    public const int SSL_CTRL_SET_SESS_CACHE_MODE = 44;
    public const int SSL_CTRL_SET_TLSEXT_SERVERNAME_CB = 53;
    public const int SSL_CTRL_SET_TLSEXT_HOSTNAME = 55;
    public const int SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB = 63;
    public const int SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP = 71;
    public const int SSL_CTRL_CHAIN_CERT = 89;
    public const int SSL_CTRL_SET_GROUPS_LIST = 92;
    public const int SSL_CTRL_SET_DH_AUTO = 118;
    public const int SSL_CTRL_SET_MIN_PROTO_VERSION = 123;
    public const int SSL_CTRL_SET_MAX_PROTO_VERSION = 124;
    public const ulong SSL_OP_NO_TICKET = 1UL << 14;
    public const ulong SSL_OP_CLEANSE_PLAINTEXT = 1UL << 1;
    public const ulong SSL_OP_CIPHER_SERVER_PREFERENCE = 1UL << 22;
    public const ulong SSL_OP_NO_RENEGOTIATION = 1UL << 30;
    public const int SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = 0x2;
    public const int SSL_SESS_CACHE_OFF = 0;
    public const int SSL_SESS_CACHE_CLIENT = 1;
    public const int SSL_SESS_CACHE_NO_INTERNAL = 0x300;
    public const int SSL_VERIFY_PEER = 1;
    public const int SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2;
    public const int SSL_SENT_SHUTDOWN = 1;
    public const int SSL_RECEIVED_SHUTDOWN = 2;
    public const int SSL_ERROR_WANT_READ = 2;
    public const int SSL_ERROR_WANT_WRITE = 3;
    public const int SSL_ERROR_ZERO_RETURN = 6;
    public const int SSL_ERROR_WANT_CLIENT_HELLO_CB = 11;
    public const int SSL_AD_INTERNAL_ERROR = 80;
    public const int SSL_CLIENT_HELLO_ERROR = 0;
    public const int SSL_CLIENT_HELLO_SUCCESS = 1;
    public const int SSL_CLIENT_HELLO_RETRY = -1;
    public const int SSL_MAX_SID_CTX_LENGTH = 32;

    [LibraryImport("libssl.so.3")]
    public static partial int OPENSSL_init_ssl(ulong options, nint settings);

    [LibraryImport("libssl.so.3")]
    public static partial nint TLS_server_method();

    [LibraryImport("libssl.so.3")]
    public static partial nint TLS_client_method();

    [LibraryImport("libssl.so.3")]
    public static partial SslContextHandle SSL_CTX_new(nint method);

    [LibraryImport("libssl.so.3")]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial nint SSL_CTX_ctrl(SslContextHandle context, int command, nint number, void* pointer);

    [LibraryImport("libssl.so.3")]
    public static partial nint SSL_CTX_callback_ctrl(SslContextHandle context, int command, nint callback);

    [LibraryImport("libssl.so.3")]
    public static partial ulong SSL_CTX_set_options(SslContextHandle context, ulong options);

    [LibraryImport("libssl.so.3")]
    public static partial void SSL_CTX_set_security_level(SslContextHandle context, int level);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial int SSL_CTX_set_cipher_list(SslContextHandle context, byte* list);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_CTX_use_certificate(SslContextHandle context, CertificateHandle certificate);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_CTX_use_PrivateKey(SslContextHandle context, KeyHandle key);

    [LibraryImport("libssl.so.3")]
    public static partial nint SSL_CTX_get_cert_store(SslContextHandle context);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_CTX_add_client_CA(SslContextHandle context, CertificateHandle certificate);

    [LibraryImport("libssl.so.3")]
    public static partial void SSL_CTX_set_verify(SslContextHandle context, int mode, nint callback);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial int SSL_CTX_set_session_id_context(SslContextHandle context, byte* scope, uint length);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_CTX_set_num_tickets(SslContextHandle context, nuint count);

    // The time is a long: 64 bits on the processors that we run on.
    [LibraryImport("libssl.so.3")]
    public static partial nint SSL_CTX_set_timeout(SslContextHandle context, nint seconds);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial int SSL_CTX_set_tlsext_ticket_key_evp_cb(
        SslContextHandle context,
        delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint, nint, int, int> callback);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial void SSL_CTX_set_alpn_select_cb(
        SslContextHandle context,
        delegate* unmanaged[Cdecl]<nint, byte**, byte*, byte*, uint, nint, int> callback,
        nint argument);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial void SSL_CTX_set_client_hello_cb(
        SslContextHandle context,
        delegate* unmanaged[Cdecl]<nint, int*, nint, int> callback,
        nint argument);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_CTX_set_ex_data(SslContextHandle context, int index, nint value);

    [LibraryImport("libssl.so.3")]
    public static partial nint SSL_CTX_get_ex_data(nint context, int index);

    [LibraryImport("libssl.so.3")]
    public static partial nint SSL_get_SSL_CTX(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static partial nint SSL_set_SSL_CTX(nint ssl, SslContextHandle context);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial int SSL_client_hello_get0_ext(nint ssl, uint type, byte** content, nuint* length);

    [LibraryImport("libssl.so.3")]
    public static partial nint SSL_new(SslContextHandle context);

    [LibraryImport("libssl.so.3")]
    public static partial void SSL_free(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static partial void SSL_set_bio(nint ssl, nint input, nint output);

    [LibraryImport("libssl.so.3")]
    public static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial nint SSL_ctrl(nint ssl, int command, nint number, void* pointer);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial void SSL_CTX_sess_set_new_cb(SslContextHandle context, delegate* unmanaged[Cdecl]<nint, nint, int> callback);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_set_session(nint ssl, SslSessionHandle session);

    [LibraryImport("libssl.so.3")]
    public static partial void SSL_SESSION_free(nint session);

    [LibraryImport("libssl.so.3")]
    public static partial nint SSL_get_rbio(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial int SSL_set1_host(nint ssl, byte* name);

    [LibraryImport("libssl.so.3")]
    public static partial void SSL_set_hostflags(nint ssl, uint flags);

    // A long: 64 bits on the processors that we run on.
    [LibraryImport("libssl.so.3")]
    public static partial nint SSL_get_verify_result(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_do_handshake(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial int SSL_read(nint ssl, byte* buffer, int length);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial int SSL_write(nint ssl, byte* buffer, int length);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_shutdown(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static partial void SSL_set_shutdown(nint ssl, int mode);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_get_error(nint ssl, int result);

    [LibraryImport("libssl.so.3")]
    [SuppressGCTransition]
    public static partial int SSL_has_pending(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_free_buffers(nint ssl);

    [LibraryImport("libssl.so.3")]
    [SuppressGCTransition]
    public static unsafe partial byte* SSL_rstate_string(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_version(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial byte* SSL_get_version(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static partial nint SSL_get_current_cipher(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial byte* SSL_CIPHER_get_name(nint cipher);

    [LibraryImport("libssl.so.3")]
    public static partial int SSL_session_reused(nint ssl);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial byte* SSL_get_servername(nint ssl, int type);

    [LibraryImport("libssl.so.3")]
    public static unsafe partial void SSL_get0_alpn_selected(nint ssl, byte** name, uint* length);

    [LibraryImport("libssl.so.3")]
    public static partial nint SSL_get0_peer_certificate(nint ssl);
}
