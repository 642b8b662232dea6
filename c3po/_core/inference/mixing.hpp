// Several predictions of one bit made into one, in the logistic domain and in integers.
//
// Source: M. Mahoney, "Adaptive weighing of context models for lossless data compression", 2005 (logistic mixing).
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>

#include "_core/inference/coder.hpp"

namespace c3po::inference {

// Log odds in 1/256, from -12 to 12. The table holds 65536 / (1 + exp(-x)) at every eighth.
constexpr std::int32_t kOddsMax = 12 * 256;
constexpr std::array<std::int32_t, 193> kSquash = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3,
    3, 3, 4, 4, 5, 6, 6, 7, 8, 9, 10, 12, 13, 15, 17, 19,
    22, 25, 28, 32, 36, 41, 47, 53, 60, 68, 77, 87, 98, 111, 126, 143,
    162, 184, 208, 236, 267, 302, 342, 387, 439, 497, 562, 636, 720, 815, 922, 1042,
    1179, 1333, 1506, 1701, 1921, 2168, 2446, 2758, 3108, 3500, 3938, 4427, 4971, 5577, 6249, 6992,
    7812, 8714, 9702, 10782, 11955, 13226, 14595, 16062, 17625, 19282, 21025, 22849, 24743, 26695, 28693, 30723,
    32768, 34813, 36843, 38841, 40793, 42687, 44511, 46254, 47911, 49474, 50941, 52310, 53581, 54754, 55834, 56822,
    57724, 58544, 59287, 59959, 60565, 61109, 61598, 62036, 62428, 62778, 63090, 63368, 63615, 63835, 64030, 64203,
    64357, 64494, 64614, 64721, 64816, 64900, 64974, 65039, 65097, 65149, 65194, 65234, 65269, 65300, 65328, 65352,
    65374, 65393, 65410, 65425, 65438, 65449, 65459, 65468, 65476, 65483, 65489, 65495, 65500, 65504, 65508, 65511,
    65514, 65517, 65519, 65521, 65523, 65524, 65526, 65527, 65528, 65529, 65530, 65530, 65531, 65532, 65532, 65533,
    65533, 65533, 65534, 65534, 65534, 65534, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535,
    65535,
};

inline std::int32_t squash(std::int32_t odds) {
  odds = std::clamp(odds, -kOddsMax, kOddsMax - 1) + kOddsMax;
  const std::int32_t i = odds >> 5, rest = odds & 31;
  const auto at = static_cast<std::size_t>(i);
  return kSquash[at] + ((kSquash[at + 1] - kSquash[at]) * rest >> 5);
}

// Inverse of squash, for p in steps of 4/65536: the smallest odds whose probability reaches p.
inline std::int32_t stretch(std::int32_t p) {
  static const std::array<std::int16_t, 16384> table = [] {
    std::array<std::int16_t, 16384> odds{};
    std::int32_t at = -kOddsMax;
    for (std::int32_t i = 0; i < 16384; ++i) {
      while (at < kOddsMax - 1 && squash(at) < 4 * i) ++at;
      odds[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(at);
    }
    return odds;
  }();
  return table[static_cast<std::size_t>(std::clamp(p, 0, 65535) >> 2)];
}

template <int N>
class Mixer {
 public:
  explicit Mixer(const std::array<std::int32_t, N>& weights) : weights_(weights) {}  // in 1/65536

  // Codes the bit with the mixture of the odds and learns from it.
  template <class Coder>
  void code(Coder& coder, const std::array<std::int32_t, N>& odds, std::uint32_t& value) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < N; ++i) sum += std::int64_t{odds[i]} * weights_[i];
    const std::int32_t p = squash(static_cast<std::int32_t>(std::clamp<std::int64_t>(sum / 65536, -kOddsMax, kOddsMax)));
    coder.bit(clamp_probability(p), value);
    const std::int64_t error = (value ? 65536 : 0) - std::int64_t{p};
    for (std::size_t i = 0; i < N; ++i)
      weights_[i] = static_cast<std::int32_t>(std::clamp<std::int64_t>(weights_[i] + odds[i] * error * kRate / 65536 / 16, -kWeightMax, kWeightMax));
  }

 private:
  static constexpr std::int64_t kRate = 12, kWeightMax = 8 * 65536;
  std::array<std::int32_t, N> weights_;
};

}  // namespace c3po::inference
