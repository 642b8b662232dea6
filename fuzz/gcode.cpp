// Any bytes through the G-code reader, whole and in pieces: no crash, the same segments, finite numbers.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "_core/gcode/reader.hpp"

namespace {

// A sum over everything a segment holds, so that two readings can be compared.
class Digest : public c3po::SegmentSink {
 public:
  void add_segments(const c3po::Segment* segments, std::size_t n) override {
    for (const auto* s = segments; s < segments + n; ++s) {
      for (int axis = 0; axis < 3; ++axis) {
        mix(s->start_mm[axis]);
        mix(s->end_mm[axis]);
      }
      mix(s->width_mm);
      mix(s->height_mm);
      value = (value ^ s->byte_offset ^ s->tool ^ static_cast<unsigned>(s->feature) ^ s->object) * 1099511628211ULL;
    }
  }
  std::uint64_t value = 14695981039346656037ULL;

 private:
  void mix(float number) {
    if (!std::isfinite(number) || std::fabs(number) > 10000.0F) std::abort();
    std::uint32_t bits;
    std::memcpy(&bits, &number, sizeof bits);
    value = (value ^ bits) * 1099511628211ULL;
  }
};

std::uint64_t digest_of(const char* text, std::size_t n, std::size_t piece) {
  Digest digest;
  c3po::gcode::GcodeReader reader(digest);
  for (std::size_t at = 0; at < n; at += piece) reader.feed(text + at, piece < n - at ? piece : n - at);
  reader.finish();
  for (const auto& name : reader.flags()) digest.value = (digest.value ^ name.size()) * 1099511628211ULL;
  return digest.value ^ reader.layers();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t n) {
  if (n < 1) return 0;
  const std::size_t piece = 1 + data[0] % 37;
  const char* text = reinterpret_cast<const char*>(data + 1);
  if (digest_of(text, n - 1, n) != digest_of(text, n - 1, piece)) std::abort();
  return 0;
}
