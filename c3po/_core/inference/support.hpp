// Which weights are nonzero: dead rows and columns first, then each bit of what lives, predicted from how full its row,
// column, kernel and input channel have been so far.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "_core/inference/contexts.hpp"
#include "_core/inference/mixing.hpp"

namespace c3po::inference {

// How many of the bits seen were ones, against how many were expected.
struct Share {
  std::uint32_t ones = 0, seen = 0;

  // Density where `prior` is expected and `strength` ones (in quarters) are needed to trust the count.
  std::int32_t p(std::int64_t prior, std::int64_t strength) const {
    const std::int64_t expected = seen * prior;  // in 1/65536
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(prior * (ones * 262144 + strength * 65536) / (expected * 4 + strength * 65536), 4, 65000));
  }
  void learn(std::uint32_t one) {
    ones += one;
    ++seen;
  }
};

// Density of the next bit when the `left` bits to come hold at least one one: p / (1 - (1 - p)^left).
inline std::int32_t at_least_one(std::int64_t p, std::uint32_t left) {
  std::int64_t none = 65536, power = 65536 - p;
  for (std::uint32_t n = left; n; n >>= 1) {
    if (n & 1) none = none * power >> 16;
    power = power * power >> 16;
  }
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(p * 65536 / std::max<std::int64_t>(65536 - none, 1), 4, 65400));
}

template <class Coder>
class Support {
 public:
  // live_inputs: one flag per input channel, or empty where the layers before do not tell.
  Support(Coder& coder, Tensor& tensor, const std::vector<std::uint8_t>& live_inputs)
      : coder_(coder), t_(tensor), live_inputs_(live_inputs) {
    group_ = live_inputs_.empty() ? t_.taps : std::max<std::size_t>(1, t_.columns / live_inputs_.size());
  }

  // One byte per entry, 1 where the weight is nonzero.
  std::vector<std::uint8_t> code() {
    std::vector<std::uint8_t> support(t_.size());
    bool full = false;
    if (!Coder::kReads) {
      for (std::size_t i = 0; i < support.size(); ++i) support[i] = t_.values[i] != 0.0f;
      full = std::find(support.begin(), support.end(), 0) == support.end();
    }
    Bit start;
    code_flag(coder_, start, full);
    if (full) {
      std::fill(support.begin(), support.end(), 1);
      return support;
    }
    if (t_.columns == 1) {
      code_vector(support);
      return support;
    }
    code_live(support);
    code_inside(support);
    return support;
  }

 private:
  // Biases and scales: live_inputs are the rows of the weight before them.
  void code_vector(std::vector<std::uint8_t>& support) {
    Bit live[2];
    for (std::size_t r = 0; r < support.size(); ++r) code_byte(live[r < live_inputs_.size() && live_inputs_[r]], support[r]);
  }

  void code_live(const std::vector<std::uint8_t>& support) {
    rows_.assign(t_.rows, 0);
    columns_.assign(t_.columns, 0);
    if (!Coder::kReads)
      for (std::size_t i = 0; i < support.size(); ++i)
        if (support[i]) rows_[i / t_.columns] = columns_[i % t_.columns] = 1;
    Bit row;
    for (auto& live : rows_) code_byte(row, live);
    Bit column[2][3];
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const std::size_t input = c / group_;
      const bool expected = live_inputs_.empty() || (input < live_inputs_.size() && live_inputs_[input]);
      code_byte(column[expected][c % group_ == 0 ? 2 : columns_[c - 1]], columns_[c]);
    }
  }

  void code_inside(std::vector<std::uint8_t>& support) {
    std::vector<std::uint32_t> live_columns;
    for (std::uint32_t c = 0; c < t_.columns; ++c)
      if (columns_[c]) live_columns.push_back(c);
    if (live_columns.empty()) return;
    Share all, in_row, in_kernel;
    std::vector<Share> in_column(t_.columns), in_channel(t_.columns / group_ + 1);
    Bit near[8];
    Mixer<6> mixer({65536, 34000, 64000, 40000, 6000, 12000});
    std::uint32_t rows_left = 0;
    for (const auto live : rows_) rows_left += live;
    // every live row and column holds a one or more: three times that is a fair first guess
    const auto shorter = static_cast<std::int64_t>(std::min<std::size_t>(rows_left, live_columns.size()));
    const std::int64_t start = std::clamp<std::int64_t>(3 * 65536 / std::max<std::int64_t>(shorter, 1), 64, 30000);
    for (auto& bit : near) bit.p = static_cast<std::uint32_t>(start);
    for (std::uint32_t r = 0; r < t_.rows; ++r) {
      if (!rows_[r]) continue;
      in_row = Share{};
      std::uint32_t kernel = ~0u, last = 0, columns_left = static_cast<std::uint32_t>(live_columns.size());
      for (const std::uint32_t c : live_columns) {
        if (c / group_ != kernel) {
          kernel = static_cast<std::uint32_t>(c / group_);
          in_kernel = Share{};
          last = 0;
        }
        const auto p_all = static_cast<std::int32_t>(((std::int64_t{all.ones} << 16) + start * 20) / (all.seen + 20));
        const std::int32_t p_row = in_row.ones ? in_row.p(p_all, 24) : at_least_one(in_row.p(p_all,48), columns_left);
        const std::int32_t p_column = in_column[c].ones ? in_column[c].p(p_all, 20) : at_least_one(in_column[c].p(p_all, 24), rows_left);
        std::uint8_t& one = support[std::size_t{r} * t_.columns + c];
        Bit& beside = near[std::min(in_kernel.ones, 3u) * 2 + last];
        std::uint32_t value = one;
        const std::int32_t base = stretch(p_all);
        mixer.code(coder_, {base, stretch(p_row) - base, stretch(p_column) - base, stretch(in_kernel.p(p_all, 3)) - base,
                            stretch(in_channel[kernel].p(p_all, 3)) - base, stretch(static_cast<std::int32_t>(beside.p)) - base}, value);
        one = static_cast<std::uint8_t>(value);
        beside.learn(value, 250);
        all.learn(value);
        in_row.learn(value);
        in_kernel.learn(value);
        in_column[c].learn(value);
        in_channel[kernel].learn(value);
        last = value;
        --columns_left;
      }
      --rows_left;
    }
  }

  void code_byte(Bit& model, std::uint8_t& byte) {
    std::uint32_t value = byte;
    code_bit(coder_, model, value, 250);
    byte = static_cast<std::uint8_t>(value);
  }

  Coder& coder_;
  Tensor& t_;
  const std::vector<std::uint8_t>& live_inputs_;
  std::size_t group_;
  std::vector<std::uint8_t> rows_, columns_;
};

}  // namespace c3po::inference
