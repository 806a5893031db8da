namespace Sluice.Engine.Tls;

/// <summary>Kinds of keys that sign handshakes.</summary>
internal enum KeyKind
{
    Unknown,
    Rsa,
    Ecdsa,
    Ed25519,
}
