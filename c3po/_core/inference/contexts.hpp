// Adaptive models over the binary coder: bits, symbols, numbers, floats, text.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "_core/inference/coder.hpp"

namespace c3po::inference {

// 2^32 / (2 n + 3), rounded up: a product with it, shifted back, is the quotient of every number below 2^18.
constexpr std::uint32_t kMaxLimit = 250;
constexpr std::array<std::uint64_t, kMaxLimit + 1> kShares = [] {
  std::array<std::uint64_t, kMaxLimit + 1> shares{};
  for (std::uint64_t n = 0; n <= kMaxLimit; ++n) shares[n] = ((std::uint64_t{1} << 32) + 2 * n + 2) / (2 * n + 3);
  return shares;
}();

// Probability of a one that moves quickly at first and slowly after `limit` bits, at most kMaxLimit.
struct Bit {
  std::uint32_t p = kProbabilityOne / 2;
  std::uint32_t seen = 0;

  void learn(std::uint32_t value, std::uint32_t limit) {
    const std::uint32_t apart = value ? kProbabilityOne - p : p;
    const auto change = static_cast<std::uint32_t>(2 * apart * kShares[seen] >> 32);
    p = value ? p + change : p - change;
    if (seen < limit) ++seen;
  }
};

template <class Coder>
void code_bit(Coder& coder, Bit& model, std::uint32_t& value, std::uint32_t limit = 60) {
  coder.bit(clamp_probability(model.p), value);
  model.learn(value, limit);
}

template <class Coder>
void code_flag(Coder& coder, Bit& model, bool& value) {
  std::uint32_t v = value;
  code_bit(coder, model, v);
  value = v != 0;
}

template <class Coder>
void code_plain(Coder& coder, int bits, std::uint32_t& value) {
  std::uint32_t read = 0;
  for (int i = bits - 1; i >= 0; --i) {
    std::uint32_t one = value >> i & 1;
    coder.bit(kProbabilityOne / 2, one);
    read = read << 1 | one;
  }
  value = read;
}

// A symbol of `bits` bits, most significant first, each bit in the context of those before it.
class Symbol {
 public:
  explicit Symbol(int bits) : bits_(bits), nodes_(std::size_t{1} << bits) {}

  template <class Coder>
  void code(Coder& coder, std::uint32_t& value, std::uint32_t limit = 120) {
    std::uint32_t node = 1;
    for (int i = bits_ - 1; i >= 0; --i) {
      std::uint32_t one = value >> i & 1;
      code_bit(coder, nodes_[node], one, limit);
      node = node << 1 | one;
    }
    value = node - (1u << bits_);
  }

 private:
  int bits_;
  std::vector<Bit> nodes_;
};

// A number from 0 to 2^27 - 1: length of (number + 1) in unary, then the bits below the leading one.
class Number {
 public:
  template <class Coder>
  void code(Coder& coder, std::uint32_t& value) {
    const std::uint32_t plus_one = value + 1;
    std::uint32_t length = 0;
    if (!Coder::kReads)
      while (plus_one >> (length + 1)) ++length;
    std::uint32_t i = 0;
    for (;; ++i) {
      std::uint32_t more = i < length;
      if (i == 27) break;
      code_bit(coder, unary_[i], more);
      if (!more) break;
    }
    std::uint32_t read = 1;
    for (std::uint32_t b = i; b-- > 0;) {
      std::uint32_t one = plus_one >> b & 1;
      if (b + 1 == i) code_bit(coder, second_[i], one);
      else coder.bit(kProbabilityOne / 2, one);
      read = read << 1 | one;
    }
    value = read - 1;
  }

 private:
  Bit unary_[28], second_[28];
};

// A finite float with `mantissa_bits` explicit bits: sign, exponent against the one before, mantissa plain.
class Float {
 public:
  template <class Coder>
  void code(Coder& coder, std::uint32_t mantissa_bits, float& value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, 4);
    std::uint32_t sign = bits >> 31, exponent = bits >> 23 & 0xFF, mantissa = (bits & 0x7FFFFF) >> (23 - mantissa_bits);
    code_bit(coder, sign_, sign);
    std::uint32_t same = exponent == last_, above = exponent > last_, apart = (above ? exponent - last_ : last_ - exponent) - 1;
    code_bit(coder, same_, same);
    if (same) {
      exponent = last_;
    } else {
      code_bit(coder, above_, above);
      apart_.code(coder, apart);
      if (apart > 255) throw PackedError("expected an exponent of 8 bits");
      exponent = above ? last_ + apart + 1 : last_ - apart - 1;
    }
    code_plain(coder, static_cast<int>(mantissa_bits), mantissa);
    if (exponent >= 0xFF) throw PackedError("expected finite numbers, got an infinity or NaN");
    last_ = exponent;
    bits = sign << 31 | exponent << 23 | mantissa << (23 - mantissa_bits);
    std::memcpy(&value, &bits, 4);
  }

 private:
  Bit sign_, same_, above_;
  Number apart_;
  std::uint32_t last_ = 124;  // 1/8 to 1/4
};

// Bytes of text in the context of the byte before.
class Text {
 public:
  template <class Coder>
  void code(Coder& coder, std::string& text, std::uint64_t limit) {
    auto length = static_cast<std::uint32_t>(text.size());
    Number().code(coder, length);
    if (length > limit) throw PackedError("expected at most " + std::to_string(limit) + " bytes of metadata, got " + std::to_string(length));
    if (length == 0) return;
    std::vector<Symbol> after(256, Symbol(8));
    if (Coder::kReads) text.clear();
    std::uint32_t last = 0;
    for (std::uint32_t i = 0; i < length; ++i) {
      std::uint32_t byte = Coder::kReads ? 0 : static_cast<unsigned char>(text[i]);
      after[last].code(coder, byte, 30);
      if (Coder::kReads) text.push_back(static_cast<char>(byte));
      last = byte;
    }
  }
};

}  // namespace c3po::inference
