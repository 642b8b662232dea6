// Which weights are nonzero: dead rows and columns first, then the bits of what lives in the context of how full
// their row and column have been so far.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "_core/inference/contexts.hpp"

namespace c3po::inference {

// Fullness of a row or column as a context, 0 to 7.
inline std::uint32_t fullness(std::uint32_t ones, std::uint32_t seen) {
  if (ones == 0) return seen < 8 ? 0 : 1;
  const std::uint32_t per_256 = ones * 256 / (seen ? seen : 1);
  return per_256 < 8 ? 2 : per_256 < 24 ? 3 : per_256 < 64 ? 4 : per_256 < 128 ? 5 : per_256 < 208 ? 6 : 7;
}

template <class Coder>
class Support {
 public:
  Support(Coder& coder, Tensor& tensor, const std::vector<std::uint8_t>& live_inputs)
      : coder_(coder), t_(tensor), live_inputs_(live_inputs), bits_(8 * 8 * 4) {}

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
    code_live(support);
    code_inside(support);
    return support;
  }

 private:
  void code_live(const std::vector<std::uint8_t>& support) {
    rows_.assign(t_.rows, 0);
    columns_.assign(t_.columns, 0);
    if (!Coder::kReads)
      for (std::size_t i = 0; i < support.size(); ++i)
        if (support[i]) rows_[i / t_.columns] = columns_[i % t_.columns] = 1;
    Bit row;
    for (auto& live : rows_) code_byte(row, live);
    Bit column[2][3];
    const std::size_t per_input = live_inputs_.empty() ? 1 : std::max<std::size_t>(1, t_.columns / live_inputs_.size());
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const std::size_t input = c / per_input;
      const bool expected = live_inputs_.empty() || (input < live_inputs_.size() && live_inputs_[input]);
      code_byte(column[expected][c % per_input == 0 ? 2 : columns_[c - 1]], columns_[c]);
    }
  }

  void code_inside(std::vector<std::uint8_t>& support) {
    std::vector<std::uint32_t> in_column(t_.columns);
    std::uint32_t rows_seen = 0;
    for (std::uint32_t r = 0; r < t_.rows; ++r) {
      if (!rows_[r]) continue;
      std::uint32_t in_row = 0, seen = 0, last = 0;
      for (std::uint32_t c = 0; c < t_.columns; ++c) {
        if (!columns_[c]) continue;
        const std::uint32_t above = t_.taps > 1 && c % t_.taps && r ? support[std::size_t{r - 1} * t_.columns + c] : 0;
        Bit& model = bits_[(fullness(in_column[c], rows_seen) * 8 + fullness(in_row, seen)) * 4 + last * 2 + above];
        std::uint8_t& one = support[std::size_t{r} * t_.columns + c];
        code_byte(model, one);
        in_column[c] += one;
        in_row += one;
        last = one;
        ++seen;
      }
      ++rows_seen;
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
  std::vector<std::uint8_t> rows_, columns_;
  std::vector<Bit> bits_;
};

}  // namespace c3po::inference
