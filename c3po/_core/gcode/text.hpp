// Characters and numbers of G-code: locale-independent, never past the end of a line. Text handed to these functions
// ends with '\n' or '\r', which no function steps over.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace c3po::gcode {

constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10,
                                   1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21};
constexpr int kExactDigits = 18;  // more do not fit 64 bits
constexpr double kHugeNumber = 1e30;

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }
inline bool is_letter(char c) { return static_cast<unsigned char>((c | 0x20) - 'a') < 26; }
inline bool is_end(char c) { return c == '\n' || c == '\r'; }
inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\x1a'; }
inline unsigned letter_index(char c) { return static_cast<unsigned char>((c | 0x20) - 'a'); }
inline const char* skip_blanks(const char* p) {
  while (is_blank(*p)) ++p;
  return p;
}

// A decimal number at p (sign, digits, point, digits; no exponent, since E is a word). Returns the character behind it,
// or p itself when there is none. Any count of digits; beyond 1e30 it is 1e30.
inline const char* parse_number(const char* p, double& value) {
  const char* at = p;
  const bool negative = *at == '-';
  if (negative || *at == '+') ++at;
  std::uint64_t mantissa = 0;
  int digits = 0, dropped = 0, decimals = 0;
  const char* first = at;
  for (; is_digit(*at); ++at) {
    if (digits < kExactDigits) {
      mantissa = mantissa * 10 + static_cast<unsigned>(*at - '0');
      digits += mantissa != 0;
    } else {
      ++dropped;
    }
  }
  bool any = at != first;
  if (*at == '.') {
    first = ++at;
    for (; is_digit(*at); ++at) {
      if (digits < kExactDigits && decimals < kExactDigits) {
        mantissa = mantissa * 10 + static_cast<unsigned>(*at - '0');
        digits += mantissa != 0;
        ++decimals;
      }
    }
    any |= at != first;
  }
  if (!any) return p;
  double magnitude = static_cast<double>(mantissa);
  if (dropped > 12) {
    magnitude = mantissa ? kHugeNumber : 0.0;
  } else if (dropped > 0) {
    magnitude *= kPowersOfTen[dropped];
  } else if (decimals > 0) {
    magnitude /= kPowersOfTen[decimals];
  }
  value = negative ? -magnitude : magnitude;
  return at;
}

// A number as a code or an index; what no code can be becomes -1.
inline int as_index(double number) { return number >= 0.0 && number < 1e6 ? static_cast<int>(number) : -1; }

// The first '\n' or '\r' in [p, end), or end. Eight bytes at a time: comments can be gigabytes.
inline const char* find_line_end(const char* p, const char* end) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL, kHigh = 0x8080808080808080ULL;
  while (end - p >= 8) {
    std::uint64_t block;
    std::memcpy(&block, p, 8);
    const std::uint64_t lf = block ^ (kOnes * '\n'), cr = block ^ (kOnes * '\r');
    if ((((lf - kOnes) & ~lf) | ((cr - kOnes) & ~cr)) & kHigh) break;
    p += 8;
  }
  while (p < end && !is_end(*p)) ++p;
  return p;
}

// Whether the text at p begins with the lower-case word, whatever its own case.
inline bool begins_with(const char* p, const char* word) {
  for (; *word; ++p, ++word) {
    const char c = (*p >= 'A' && *p <= 'Z') ? static_cast<char>(*p | 0x20) : *p;
    if (c != *word) return false;
  }
  return true;
}

}  // namespace c3po::gcode
