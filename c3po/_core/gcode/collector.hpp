// A sink that keeps every segment, for whoever wants arrays.
#pragma once
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

}  // namespace c3po::gcode
