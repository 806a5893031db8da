namespace Sluice.Engine.Native;

// openssl/core.h
internal static partial class OpenSsl
{
    public const int OSSL_PARAM_INTEGER = 1;
    public const int OSSL_PARAM_UNSIGNED_INTEGER = 2;
    public const int OSSL_PARAM_UTF8_STRING = 4;
    public const int OSSL_PARAM_OCTET_STRING = 5;

    public unsafe struct OSSL_PARAM
    {
        public byte* key;
        public uint data_type;
        public void* data;
        public nuint data_size;
        public nuint return_size;
    }

    public unsafe struct OSSL_DISPATCH
    {
        public int function_id;
        public void* function;
    }

    public unsafe struct OSSL_ALGORITHM
    {
        public byte* algorithm_names;
        public byte* property_definition;
        public OSSL_DISPATCH* implementation;
        public byte* algorithm_description;
    }
}
