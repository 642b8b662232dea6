// The words of one command: letter and number.
#pragma once
#include <cstdint>

#include "_core/gcode/text.hpp"

namespace c3po::gcode {

struct Words {
  std::uint32_t present = 0;  // bit of each letter that has a number
  std::uint32_t empty = 0;    // bit of each letter that has none
  double value[26];

  static constexpr std::uint32_t bit(char letter) { return 1u << (letter - 'A'); }
  bool has(char letter) const { return present & bit(letter); }
  bool mentions(char letter) const { return (present | empty) & bit(letter); }
  double get(char letter, double otherwise = 0.0) const { return has(letter) ? value[letter - 'A'] : otherwise; }
  void set(char letter, double number) {
    present |= bit(letter);
    value[letter - 'A'] = number;
  }
  void clear() { present = empty = 0; }
};

constexpr std::uint32_t kAxisWords = Words::bit('X') | Words::bit('Y') | Words::bit('Z');
constexpr std::uint32_t kOtherExtruders =
    Words::bit('A') | Words::bit('B') | Words::bit('C') | Words::bit('U') | Words::bit('V');
constexpr std::uint32_t kMotionWords = kAxisWords | kOtherExtruders | Words::bit('E') | Words::bit('I') |
                                       Words::bit('J') | Words::bit('K') | Words::bit('R') | Words::bit('P') |
                                       Words::bit('Q');

// Bit per axis, X lowest, of a set of letters.
inline std::uint32_t axes_in(std::uint32_t letters) { return (letters >> ('X' - 'A')) & 7u; }

}  // namespace c3po::gcode
