"""Event ids: UUID version 8 over MurmurHash3_x86_128 (mapping.md, "Events")."""


def murmur3_x86_128(data: bytes) -> bytes:
    """MurmurHash3_x86_128, seed 0, the canonical little-endian digest."""
    c = (0x239B961B, 0xAB0E9789, 0x38B34AE5, 0xA1E38B93)
    mask, h = 0xFFFFFFFF, [0, 0, 0, 0]

    def rotl(x: int, r: int) -> int:
        return (x << r | x >> 32 - r) & mask

    def mixed(k: int, i: int) -> int:
        return rotl(k * c[i] & mask, 15 + i) * c[(i + 1) % 4] & mask

    whole = len(data) // 16 * 16
    for at in range(0, whole, 16):
        for i, (rotation, add) in enumerate(((19, 0x561CCD1B), (17, 0x0BCAA747), (15, 0x96CD1C35), (13, 0x32AC3B17))):
            h[i] ^= mixed(int.from_bytes(data[at + 4 * i:at + 4 * i + 4], "little"), i)
            h[i] = ((rotl(h[i], rotation) + h[(i + 1) % 4]) * 5 + add) & mask
    for i in range(4):
        h[i] ^= mixed(int.from_bytes(data[whole + 4 * i:whole + 4 * i + 4], "little"), i) ^ len(data)

    def spread() -> None:
        h[0] = sum(h) & mask
        h[1:] = [(x + h[0]) & mask for x in h[1:]]

    spread()
    for i in range(4):
        h[i] ^= h[i] >> 16
        h[i] = h[i] * 0x85EBCA6B & mask
        h[i] ^= h[i] >> 13
        h[i] = h[i] * 0xC2B2AE35 & mask
        h[i] ^= h[i] >> 16
    spread()
    return b"".join(x.to_bytes(4, "little") for x in h)


def event_id(*parts: str) -> str:
    """UUID version 8 over the hash of the parts with a NUL between them."""
    digest = bytearray(murmur3_x86_128("\0".join(parts).encode()))
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


VECTORS = (
    (("model_inputs", "4331a496-194d-41db-882d-3142ef07677f"), "587ccacf-81c2-81eb-b1d5-590acd90b1ab"),
    (("model_outputs", "4331a496-194d-41db-882d-3142ef07677f"), "dcb35eca-3c3f-8c0f-8963-93e520bf74bb"),
    (("model_inputs", "cust,0 é-b322a398-f51e-4d62-a22f-12cf4b23b6ba.1"), "d8754cdb-3347-82a2-9cb0-7e3d4f13adfa"),
    (("signals_web", "1a2b/rg/ws/svc/credit risk/3/signals/2018/12/30/web.csv", "0"), "72cac823-3c1c-8cfc-ad99-4800c7e276e7"),
)
assert all(event_id(*parts) == expected for parts, expected in VECTORS)
