#include "_core/gcode/packing.hpp"

namespace c3po::gcode {
namespace {

// Bits of a byte string, the highest first.
class Bits {
 public:
  Bits(const std::uint8_t* data, std::size_t n) : data_(data), n_bits_(n * 8) {}
  bool has(std::size_t n) const { return n_bits_ - at_ >= n; }
  unsigned take(int n) {
    unsigned value = 0;
    for (; n > 0; --n, ++at_) value = value << 1 | (data_[at_ >> 3] >> (7 - (at_ & 7)) & 1);
    return value;
  }

 private:
  const std::uint8_t* data_;
  std::size_t n_bits_, at_ = 0;
};

enum Command : std::uint8_t {
  kDisableNoSpaces = 246,
  kEnableNoSpaces = 247,
  kResetAll = 249,
  kDisablePacking = 250,
  kEnablePacking = 251,
};

// One byte at a time; 0xFF twice introduces a command.
class MeatPack {
 public:
  explicit MeatPack(std::string& text) : text_(text) {}

  void take(std::uint8_t byte) {
    if (command_next_) {
      command_next_ = false;
      obey(byte);
    } else if (byte == 0xFF) {
      command_next_ = signal_seen_;
      signal_seen_ = !signal_seen_;
    } else {
      if (signal_seen_) unpack(0xFF);
      signal_seen_ = false;
      unpack(byte);
    }
  }

 private:
  void obey(std::uint8_t command) {
    switch (command) {
      case kEnablePacking: packing_ = true; break;
      case kDisablePacking: packing_ = false; break;
      case kEnableNoSpaces: no_spaces_ = true; break;
      case kDisableNoSpaces: no_spaces_ = false; break;
      case kResetAll: packing_ = no_spaces_ = false; break;
      default: break;
    }
  }

  char character(unsigned nibble) const { return nibble == 11 && no_spaces_ ? 'E' : "0123456789. \nGX"[nibble]; }

  void unpack(std::uint8_t byte) {
    if (!packing_) {
      text_.push_back(static_cast<char>(byte));
    } else if (whole_next_ > 0) {
      text_.push_back(static_cast<char>(byte));
      --whole_next_;
      if (behind_whole_) text_.push_back(behind_whole_);
      behind_whole_ = 0;
    } else {
      unpack_pair(byte & 15u, byte >> 4);
    }
  }

  void unpack_pair(unsigned first, unsigned second) {
    if (first == 15) {
      whole_next_ = second == 15 ? 2 : 1;
      behind_whole_ = second == 15 ? '\0' : character(second);
      return;
    }
    text_.push_back(character(first));
    if (first == 12) return;  // a line end fills its byte
    if (second == 15) {
      whole_next_ = 1;
    } else {
      text_.push_back(character(second));
    }
  }

  std::string& text_;
  bool packing_ = false, no_spaces_ = false, signal_seen_ = false, command_next_ = false;
  int whole_next_ = 0;      // whole characters that follow
  char behind_whole_ = 0;   // packed character that stands behind the next whole one
};

}  // namespace

bool unpack_heatshrink(const std::uint8_t* data, std::size_t n, int window_bits, int lookahead_bits,
                       std::size_t n_expected, std::string& text) {
  Bits bits(data, n);
  const std::size_t begin = text.size();
  const auto done = [&] { return text.size() - begin; };
  while (done() < n_expected) {
    if (!bits.has(1)) return false;
    if (bits.take(1)) {
      if (!bits.has(8)) return false;
      text.push_back(static_cast<char>(bits.take(8)));
      continue;
    }
    if (!bits.has(static_cast<std::size_t>(window_bits + lookahead_bits))) return false;
    const std::size_t back = bits.take(window_bits) + 1;
    const std::size_t count = bits.take(lookahead_bits) + 1;
    if (done() + count > n_expected) return false;
    for (std::size_t i = 0; i < count; ++i) text.push_back(back > done() ? '\0' : text[text.size() - back]);
  }
  return true;
}

void unpack_meatpack(const std::uint8_t* data, std::size_t n, std::string& text) {
  MeatPack meatpack(text);
  for (std::size_t i = 0; i < n; ++i) meatpack.take(data[i]);
}

}  // namespace c3po::gcode
