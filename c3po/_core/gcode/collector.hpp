// Two plain sinks: one keeps every segment, for whoever wants arrays; one only counts and measures.
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "_core/segment.hpp"

namespace c3po::gcode {

class SegmentCollector : public SegmentSink {
 public:
  void add_segments(const Segment* segments, std::size_t n) override {
    kept.insert(kept.end(), segments, segments + n);
  }
  std::vector<Segment> kept;
};

class SegmentCounter : public SegmentSink {
 public:
  void add_segments(const Segment* segments, std::size_t n) override {
    for (const Segment* s = segments; s < segments + n; ++s) {
      for (int axis = 0; axis < 3; ++axis) {
        low_mm[axis] = std::min({low_mm[axis], s->start_mm[axis], s->end_mm[axis]});
        high_mm[axis] = std::max({high_mm[axis], s->start_mm[axis], s->end_mm[axis]});
      }
    }
    count += n;
  }
  std::size_t count = 0;
  float low_mm[3] = {HUGE_VALF, HUGE_VALF, HUGE_VALF};
  float high_mm[3] = {-HUGE_VALF, -HUGE_VALF, -HUGE_VALF};
};

}  // namespace c3po::gcode
