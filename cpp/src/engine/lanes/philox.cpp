// The counter-based generator, one counter at a time; the kernels do the same for many.
#include "engine/lanes.hpp"

namespace openbook::engine {

Philox4x32 philox(const std::uint32_t counter[4], const std::uint32_t key[2]) {
    std::uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]};
    std::uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{0xd2511f53u} * c[0], p1 = std::uint64_t{0xcd9e8d57u} * c[2];
        const std::uint32_t first = static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k0;
        const std::uint32_t third = static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k1;
        c[0] = first;
        c[1] = static_cast<std::uint32_t>(p1);
        c[2] = third;
        c[3] = static_cast<std::uint32_t>(p0);
        k0 += 0x9e3779b9u;
        k1 += 0xbb67ae85u;
    }
    return {{c[0], c[1], c[2], c[3]}};
}

namespace {
/// The finaliser of SplitMix64: every input bit reaches every output bit.
std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}
}  // namespace

// mixed(mixed(seed) ^ mixed(h)) with h the 64-bit FNV-1a hash of the id's bytes: neighbouring seeds are unrelated, and
// a stream's numbers do not depend on what other streams there are.
std::uint64_t stream_key(std::uint64_t seed, const std::string& stream_id) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char letter : stream_id) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3u;
    return mixed(mixed(seed) ^ mixed(hash));
}

}  // namespace openbook::engine
