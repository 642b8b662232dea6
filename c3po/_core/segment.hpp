// One extruded (or cut) straight piece of a toolpath, and whoever receives them. The G-code reader writes
// segments, the solid reads them; neither knows the other.
#pragma once
#include <cstddef>
#include <cstdint>

namespace c3po {

// What a slicer's comment says a segment is for. A hint under the attacker's control, never proof.
enum class Feature : std::uint8_t { unknown = 0, part = 1, skirt = 2, support = 3, tower = 4, custom = 5 };

struct Segment {
  float start_mm[3];
  float end_mm[3];
  float width_mm;            // bead width; 0 when the file does not tell
  float height_mm;           // bead height; 0 when the file does not tell
  std::uint64_t byte_offset; // of the command in the decoded text
  std::uint8_t tool;
  Feature feature;
  std::uint16_t object;      // slicer's object label, 0 when there is none
};

// Receives segments in file order, in batches.
class SegmentSink {
 public:
  virtual ~SegmentSink() = default;
  virtual void add_segments(const Segment* segments, std::size_t n) = 0;
};

}  // namespace c3po
