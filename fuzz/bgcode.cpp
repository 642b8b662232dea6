// Any bytes through the packings of binary G-code, and what comes out through the reader.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "_core/gcode/collector.hpp"
#include "_core/gcode/packing.hpp"
#include "_core/gcode/reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t n) {
  if (n < 3) return 0;
  const int window_bits = 4 + data[0] % 12;
  const int lookahead_bits = 3 + data[1] % (window_bits - 3);
  const std::size_t n_expected = data[2] * 16u;
  std::string inflated;
  const bool whole = c3po::gcode::unpack_heatshrink(data + 3, n - 3, window_bits, lookahead_bits, n_expected, inflated);
  if (inflated.size() > n_expected || (whole && inflated.size() != n_expected)) std::abort();
  std::string text;
  c3po::gcode::unpack_meatpack(reinterpret_cast<const std::uint8_t*>(inflated.data()), inflated.size(), text);
  c3po::gcode::unpack_meatpack(data + 3, n - 3, text);
  if (text.size() > 2 * (inflated.size() + n)) std::abort();
  c3po::gcode::SegmentCounter counter;
  c3po::gcode::GcodeReader reader(counter);
  reader.feed(text.data(), text.size());
  reader.finish();
  return 0;
}
