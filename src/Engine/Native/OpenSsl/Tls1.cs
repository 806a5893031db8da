namespace Sluice.Engine.Native;

// openssl/tls1.h
internal static partial class OpenSsl
{
    public const int TLS1_2_VERSION = 0x0303;
    public const int TLS1_3_VERSION = 0x0304;
    public const int TLSEXT_TYPE_server_name = 0;
    public const int TLSEXT_NAMETYPE_host_name = 0;
    public const int SSL_TLSEXT_ERR_OK = 0;
    public const int SSL_TLSEXT_ERR_ALERT_FATAL = 2;
}
