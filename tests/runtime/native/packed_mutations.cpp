// Mutates packed files at random and reads them: every one must be refused with PackedError or read. No fuzzer engine
// needed, so that it also runs under plain sanitizers and in tests.
//
//   packed_mutations COUNT SEED FILE...     prints how many were refused
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "_core/inference/engine.hpp"
#include "_core/inference/packed.hpp"

namespace {

using Bytes = std::vector<std::uint8_t>;

void mutate(Bytes& bytes, std::mt19937_64& random) {
  for (std::uint64_t n = 1 + random() % 4; n; --n) {
    const std::size_t at = random() % bytes.size();
    switch (random() % 4) {
      case 0: bytes[at] ^= static_cast<std::uint8_t>(1u << random() % 8); break;
      case 1: bytes[at] = static_cast<std::uint8_t>(random()); break;
      case 2: bytes.resize(at + 1); break;
      default: bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(random()));
    }
  }
}

bool is_refused(const Bytes& bytes, bool check_sum) {
  try {
    const auto graph = c3po::inference::read_packed(bytes.data(), bytes.size(), check_sum);
    c3po::inference::Engine engine(graph, *c3po::inference::kernels_named("base"));
    return false;
  } catch (const c3po::inference::PackedError&) {
    return true;
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) return 2;
  std::mt19937_64 random(std::strtoull(arguments[2], nullptr, 10));
  std::vector<Bytes> files;
  for (int i = 3; i < count; ++i) {
    std::ifstream file(arguments[i], std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    if (files.back().empty() || is_refused(files.back(), true)) return 3;
  }
  const long long total = std::atoll(arguments[1]);
  long long refused = 0;
  for (long long i = 0; i < total; ++i) {
    Bytes bytes = files[static_cast<std::size_t>(i) % files.size()];
    mutate(bytes, random);
    refused += is_refused(bytes, i % 2 == 0);  // every other one behind the check sum
  }
  std::printf("%lld mutations, %lld refused\n", total, refused);
}
