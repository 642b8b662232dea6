// Binary arithmetic coder in integers: the same bits on every platform.
//
// Encoder and Decoder share one face, bit(probability, value), so that a format written once as a template over the
// coder is both writer and reader and the two cannot drift apart.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "_core/inference/graph.hpp"

namespace c3po::inference {

// Probabilities are of a one bit, in 1/65536.
constexpr std::uint32_t kProbabilityOne = 65536;
constexpr std::uint64_t kCoderTop = std::uint64_t{1} << 40;
constexpr std::uint64_t kCoderBottom = std::uint64_t{1} << 32;

inline std::uint32_t clamp_probability(std::int64_t p) {
  return p < 16 ? 16u : (p > 65520 ? 65520u : static_cast<std::uint32_t>(p));
}

class Encoder {
 public:
  static constexpr bool kReads = false;

  void bit(std::uint32_t p_one, std::uint32_t& value) {
    const std::uint64_t bound = (range_ >> 16) * p_one;
    cost_bits += -std::log2((value ? p_one : kProbabilityOne - p_one) / 65536.0);
    if (value) {
      range_ = bound;
    } else {
      low_ += bound;
      range_ -= bound;
    }
    while (range_ < kCoderBottom) shift();
  }

  // Ends the stream with as few bytes as name a number inside the last interval; the decoder reads zeros past the end.
  std::vector<std::uint8_t> finish() {
    for (int keep = 40; keep >= 0; keep -= 8) {
      const std::uint64_t step = std::uint64_t{1} << keep;
      const std::uint64_t value = (low_ + step - 1) / step * step;
      if (value < low_ + range_) {
        low_ = value;
        break;
      }
    }
    for (int i = 0; i < 5; ++i) shift();
    while (!bytes_.empty() && bytes_.back() == 0) bytes_.pop_back();
    return bytes_;
  }

  double cost_bits = 0;  // information so far; for reports only, no coding decision reads it

 private:
  void shift() {
    if (low_ >= kCoderTop) {  // carry
      std::size_t i = bytes_.size();
      while (bytes_[--i] == 0xFF) bytes_[i] = 0;
      ++bytes_[i];
      low_ -= kCoderTop;
    }
    bytes_.push_back(static_cast<std::uint8_t>(low_ >> 32));
    low_ = (low_ & (kCoderBottom - 1)) << 8;
    range_ <<= 8;
  }

  std::uint64_t low_ = 0;
  std::uint64_t range_ = kCoderTop;
  std::vector<std::uint8_t> bytes_;
};

class Decoder {
 public:
  static constexpr bool kReads = true;

  Decoder(const std::uint8_t* bytes, std::size_t size) : next_(bytes), end_(bytes + size) {
    for (int i = 0; i < 5; ++i) code_ = code_ << 8 | byte();
  }

  void bit(std::uint32_t p_one, std::uint32_t& value) {
    const std::uint64_t bound = (range_ >> 16) * p_one;
    value = code_ < bound;
    // No branch on the bit: half of those would be foreseen wrong.
    const std::uint64_t is_zero = std::uint64_t{value} - 1;
    code_ -= bound & is_zero;
    range_ = bound + ((range_ - 2 * bound) & is_zero);
    while (range_ < kCoderBottom) {
      code_ = code_ << 8 | byte();
      range_ <<= 8;
    }
  }

  // A whole stream was read: every byte was used and no more than the coder's own window lies past the end.
  void finish() const {
    if (next_ != end_) throw PackedError("expected the end of the stream, got " + std::to_string(end_ - next_) + " more bytes");
  }

  double cost_bits = 0;

 private:
  std::uint64_t byte() {
    if (next_ != end_) return *next_++;
    if (++past_end_ > 6) throw PackedError("expected more bytes, the stream ends early");
    return 0;
  }

  const std::uint8_t* next_;
  const std::uint8_t* end_;
  std::uint64_t code_ = 0;
  std::uint64_t range_ = kCoderTop;
  int past_end_ = 0;
};

}  // namespace c3po::inference
