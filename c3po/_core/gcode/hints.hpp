// What slicers tell in comments: what a bead is for, how wide and high it is, which object it belongs to. Hints under
// the author's control: they label segments, they never decide whether there is one.
#pragma once
#include <cstdint>

#include "_core/segment.hpp"

namespace c3po::gcode {

struct Hints {
  Feature feature = Feature::unknown;
  float width_mm = 0.0F;
  float height_mm = 0.0F;
  std::uint16_t object = 0;

  // The comment behind its semicolon, [p, end); *end ends the line.
  void read_comment(const char* p, const char* end);
  // A name of an object, [p, end), blanks trimmed; an empty one means none.
  void begin_object(const char* p, const char* end);
  void end_object() { object = 0; }
};

}  // namespace c3po::gcode
