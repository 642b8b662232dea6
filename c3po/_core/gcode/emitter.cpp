#include "_core/gcode/emitter.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace c3po::gcode {
namespace {

constexpr double kFarthestMm = 10000.0;
constexpr float kTinyMm = 0.004F;         // well under any voxel; a run of shorter moves becomes one segment
constexpr double kFlatLayerMm = 0.005;    // layers lie further apart than this (supports can be 0.016 mm)
constexpr double kSpiralLayerMm = 0.2;    // in a spiral every move climbs: count usual layers instead
constexpr double kHighestLayerMm = 1.5;

bool within_reach(const Point& p) {
  return std::fabs(p[0]) <= kFarthestMm && std::fabs(p[1]) <= kFarthestMm && std::fabs(p[2]) <= kFarthestMm;
}

Segment segment_of(const Point& from, const Point& to, std::uint64_t offset) {
  Segment segment{};
  for (int axis = 0; axis < 3; ++axis) {
    segment.start_mm[axis] = static_cast<float>(from[axis]);
    segment.end_mm[axis] = static_cast<float>(to[axis]);
  }
  segment.byte_offset = offset;
  return segment;
}

// Power of two below a positive number, from its bits: exact enough to sort by, and far quicker than a logarithm.
int exponent(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return static_cast<int>(bits >> 23 & 0xFF);
}

bool is_tiny(const Segment& s) {
  float reach = 0.0F;
  for (int axis = 0; axis < 3; ++axis) reach = std::max(reach, std::fabs(s.end_mm[axis] - s.start_mm[axis]));
  return reach < kTinyMm;
}

}  // namespace

void Emitter::emit(const Segment& segment) {
  batch_.push_back(segment);
  ++n_segments;
  if (batch_.size() >= kBatch) flush();
}

void Emitter::emit_pending_tiny() {
  if (!has_tiny_) return;
  has_tiny_ = false;
  emit(tiny_);
}

void Emitter::note_layer(double from_z, double to_z) {
  const double step = from_z == to_z ? kFlatLayerMm : kSpiralLayerMm;
  if (std::fabs(to_z - layer_z_) > step) {
    ++layers;
    below_z_ = to_z > layer_z_ && layers > 1 ? layer_z_ : 0.0;
    const double height = to_z - below_z_;
    layer_height_ = height > 0.0 && height <= kHighestLayerMm ? static_cast<float>(height) : 0.0F;
    layer_z_ = to_z;
  }
  z_mm = to_z;
}

void Emitter::material(const Point& from, const Point& to, double flow, const Hints& hints, int tool,
                       std::uint64_t offset, FlagCounts& flags) {
  if (!within_reach(from) || !within_reach(to)) return flags.raise(Flag::far_coordinates);
  if (kind != Kind::fdm) {
    if (kind != Kind::nothing) flags.raise(Flag::mixed_extrusion);
    kind = Kind::fdm;
    held_.clear();
    held_.shrink_to_fit();
  }
  note_layer(from[2], to[2]);
  const auto dx = static_cast<float>(to[0] - from[0]), dy = static_cast<float>(to[1] - from[1]);
  const auto dz = static_cast<float>(to[2] - from[2]);
  const float length = std::sqrt(dx * dx + dy * dy + dz * dz);
  material_mm += length;
  if (flow > 0.0) {
    const int power = exponent(static_cast<float>(flow)) - exponent(length);  // of two, of the flow per mm
    length_by_flow_[std::clamp(power + 32, 0, 63)] += length;
  }
  Segment segment = segment_of(from, to, offset);
  segment.width_mm = hints.width_mm;
  const bool plausible = layer_height_ == 0.0F || hints.height_mm <= 2.0F * layer_height_ + 0.1F;
  segment.height_mm = hints.height_mm > 0.0F && plausible ? hints.height_mm : layer_height_;
  segment.tool = static_cast<std::uint8_t>(tool);
  segment.feature = hints.feature;
  segment.object = hints.object;
  if (has_tiny_) {
    const bool follows = std::equal(tiny_.end_mm, tiny_.end_mm + 3, segment.start_mm) && tiny_.tool == segment.tool;
    if (follows) {
      std::copy(tiny_.start_mm, tiny_.start_mm + 3, segment.start_mm);
      has_tiny_ = false;
    } else {
      emit_pending_tiny();
    }
  }
  if (is_tiny(segment)) {
    tiny_ = segment;
    has_tiny_ = true;
  } else {
    emit(segment);
  }
}

void Emitter::feed_move(const Point& from, const Point& to, bool beam_on, std::uint64_t offset, FlagCounts& flags) {
  if (kind == Kind::fdm) return;
  if (!within_reach(from) || !within_reach(to)) return flags.raise(Flag::far_coordinates);
  const Cut cut{segment_of(from, to, offset), beam_on};
  if (kind == Kind::nothing) {
    n_commands_held_ += held_.empty() || held_.back().segment.byte_offset != offset;
    held_.push_back(cut);
    n_beams_held_ += beam_on;
  } else if (kind == Kind::cnc || beam_on) {
    note_layer(from[2], to[2]);
    emit(cut.segment);
  }
}

void Emitter::flush() {
  if (batch_.empty()) return;
  sink_.add_segments(batch_.data(), batch_.size());
  batch_.clear();
}

void Emitter::finish(Kind without_material) {
  emit_pending_tiny();
  if (kind == Kind::nothing && without_material != Kind::nothing) {
    kind = without_material;
    for (const Cut& cut : held_) {
      if (kind == Kind::laser && !cut.beam_on) continue;
      note_layer(cut.segment.start_mm[2], cut.segment.end_mm[2]);
      emit(cut.segment);
    }
    if (n_segments == 0) kind = Kind::nothing;
  }
  held_.clear();
  flush();
}

double Emitter::faint_share() const {
  double volume = 0.0, length = 0.0;
  for (int bin = 0; bin < 64; ++bin) {
    volume += std::ldexp(length_by_flow_[bin], bin - 32);
    length += length_by_flow_[bin];
  }
  int usual = 0;  // half of the plastic is laid with no more flow than this
  for (double seen = 0.0; usual < 63; ++usual) {
    seen += std::ldexp(length_by_flow_[usual], usual - 32);
    if (seen >= volume / 2) break;
  }
  double faint = 0.0;
  for (int bin = 0; bin < usual - 8; ++bin) faint += length_by_flow_[bin];
  return length > 0.0 ? faint / length : 0.0;
}

}  // namespace c3po::gcode
