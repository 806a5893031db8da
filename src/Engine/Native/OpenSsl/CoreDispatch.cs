namespace Sluice.Engine.Native;

// openssl/core_dispatch.h
internal static partial class OpenSsl
{
    public const int OSSL_FUNC_PROVIDER_QUERY_OPERATION = 1027;
    public const int OSSL_OP_KEYMGMT = 10;
    public const int OSSL_OP_SIGNATURE = 12;
    public const int OSSL_KEYMGMT_SELECT_PRIVATE_KEY = 1;
    public const int OSSL_FUNC_KEYMGMT_NEW = 1;
    public const int OSSL_FUNC_KEYMGMT_FREE = 10;
    public const int OSSL_FUNC_KEYMGMT_GET_PARAMS = 11;
    public const int OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS = 12;
    public const int OSSL_FUNC_KEYMGMT_QUERY_OPERATION_NAME = 20;
    public const int OSSL_FUNC_KEYMGMT_HAS = 21;
    public const int OSSL_FUNC_KEYMGMT_MATCH = 23;
    public const int OSSL_FUNC_KEYMGMT_IMPORT = 40;
    public const int OSSL_FUNC_KEYMGMT_IMPORT_TYPES = 41;
    public const int OSSL_FUNC_KEYMGMT_EXPORT = 42;
    public const int OSSL_FUNC_KEYMGMT_EXPORT_TYPES = 43;
    public const int OSSL_FUNC_SIGNATURE_NEWCTX = 1;
    public const int OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT = 8;
    public const int OSSL_FUNC_SIGNATURE_DIGEST_SIGN = 11;
    public const int OSSL_FUNC_SIGNATURE_FREECTX = 16;
    public const int OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS = 20;
    public const int OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS = 21;
}
