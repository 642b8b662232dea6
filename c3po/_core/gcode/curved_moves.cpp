// Curves and cycles: G2, G3, G5 and canned cycles as straight pieces.
#include "_core/gcode/curves.hpp"

#include <algorithm>
#include <cmath>

#include "_core/gcode/reader.hpp"

namespace c3po::gcode {
namespace {

constexpr double kRadiusMismatchMm = 0.2;  // writers round; what misses its end by more is not an arc
constexpr double kLongestArcMm = 1e5;
constexpr std::uint64_t kFreeCurvePoints = 1'000'000, kCurvePointsPerByte = 8;

// Centre by the R word: the shorter way round when it is positive, the longer when negative. False when there is none.
bool centre_by_radius(const Point& start, const Point& end, double radius, Arc& arc) {
  const double across = end[arc.first_axis] - start[arc.first_axis];
  const double along = end[arc.second_axis] - start[arc.second_axis];
  const double distance = std::hypot(across, along);
  if (distance < 1e-9 || radius == 0.0 || distance / 2 - std::fabs(radius) > kRadiusMismatchMm) return false;
  const double height = std::sqrt(std::max(0.0, radius * radius - distance * distance / 4));
  const double side = arc.clockwise != (radius < 0.0) ? height / distance : -height / distance;
  arc.centre[0] = start[arc.first_axis] + across / 2 + side * along;
  arc.centre[1] = start[arc.second_axis] + along / 2 - side * across;
  return true;
}

bool joins_its_ends(const Point& start, const Point& end, const Arc& arc) {
  const auto radius_at = [&](const Point& p) {
    return std::hypot(p[arc.first_axis] - arc.centre[0], p[arc.second_axis] - arc.centre[1]);
  };
  const double radius = radius_at(start);
  return radius > 1e-6 && std::fabs(radius_at(end) - radius) <= std::max(kRadiusMismatchMm, 0.01 * radius);
}

}  // namespace

// A few bytes can ask for thousands of points. Beyond what real jobs ask for, curves become straight and are told.
bool GcodeReader::spend_curve_points(std::size_t n) {
  curve_points_ += n;
  if (curve_points_ <= kFreeCurvePoints + kCurvePointsPerByte * offset_) return true;
  flags_.raise(Flag::bad_arc);
  return false;
}

// Lays or travels along points_, sharing the extruded amount by length.
void GcodeReader::lay_points(double extruded, std::uint32_t touched) {
  if (!spend_curve_points(points_.size())) {
    points_.front() = points_[points_.size() / 2];
    points_[1 % points_.size()] = points_.back();
    points_.resize(std::min<std::size_t>(points_.size(), 2));
  }
  double total = 0.0;
  Point from = machine_.position;
  for (const Point& point : points_) {
    total += length_of(from, point);
    from = point;
  }
  for (const Point& point : points_) {
    const double share = total > 0.0 ? length_of(machine_.position, point) / total : 0.0;
    travel_or_lay(point, touched, extruded * share);
  }
}

// The arc that the words describe; false when they describe none.
bool GcodeReader::arc_of_words(const Point& end, Arc& arc) {
  const Point& start = machine_.position;
  arc.first_axis = machine_.plane == 17 ? 0 : machine_.plane == 18 ? 2 : 1;
  arc.second_axis = (arc.first_axis + 1) % 3;
  arc.linear_axis = (arc.first_axis + 2) % 3;
  arc.extra_turns = static_cast<int>(std::clamp(words_.get('P') - 1.0, 0.0, 1e9));
  if (arc.extra_turns > kMostTurns) flags_.raise(Flag::bad_arc);
  const char letters[2] = {static_cast<char>('I' + arc.first_axis), static_cast<char>('I' + arc.second_axis)};
  if (words_.has('R') && !words_.has(letters[0]) && !words_.has(letters[1]))
    return centre_by_radius(start, end, words_.get('R') * machine_.unit_mm, arc);
  const int axes[2] = {arc.first_axis, arc.second_axis};
  for (int i = 0; i < 2; ++i) {
    const double from = machine_.arc_centre_absolute ? machine_.offset[axes[i]] : start[axes[i]];
    arc.centre[i] = from + words_.get(letters[i]) * machine_.unit_mm;
  }
  return joins_its_ends(start, end, arc);
}

void GcodeReader::move_arc(bool clockwise) {
  ++counters_.arcs;
  std::uint32_t touched;
  const Point end = target(touched);
  const double extruded = extrusion();
  Arc arc{};
  arc.clockwise = clockwise;
  points_.clear();
  if (arc_of_words(end, arc) && length_of(machine_.position, end) < kLongestArcMm) {
    flatten_arc(machine_.position, end, arc, points_);
  } else {
    doubtful_between_ |= emitter_.has_material() ? bit(Flag::bad_arc) : 0;
    if (extruded > 0.0) flags_.raise(Flag::bad_arc);
    points_.push_back(end);
  }
  lay_points(extruded, touched);
}

// G5: a cubic with its control points given by I, J from the start and P, Q from the end.
void GcodeReader::move_spline() {
  ++counters_.arcs;
  std::uint32_t touched;
  const Point end = target(touched);
  const double extruded = extrusion();
  Point first = machine_.position, second = end;
  first[0] += words_.get('I') * machine_.unit_mm;
  first[1] += words_.get('J') * machine_.unit_mm;
  second[0] += words_.get('P') * machine_.unit_mm;
  second[1] += words_.get('Q') * machine_.unit_mm;
  if (extruded > 0.0 && !(words_.has('P') && words_.has('Q'))) flags_.raise(Flag::bad_arc);
  points_.clear();
  flatten_cubic(machine_.position, first, second, end, points_);
  lay_points(extruded, touched);
}

// G73, G81 to G89: over to X, Y, down to Z from the plane R, and back up; L times when relative.
void GcodeReader::move_cycle() {
  flags_.raise(Flag::canned_cycle);
  const double unit = machine_.unit_mm, initial_z = machine_.position[2], z_offset = machine_.offset[2];
  const bool relative = machine_.relative;
  if (words_.has('R')) machine_.cycle_r = words_.get('R') * unit + (relative ? initial_z : z_offset);
  if (words_.has('Z')) machine_.cycle_z = words_.get('Z') * unit + (relative ? machine_.cycle_r : z_offset);
  int times = relative ? static_cast<int>(std::clamp(words_.get('L', 1.0), 1.0, 1000.0)) : 1;
  if (!spend_curve_points(static_cast<std::size_t>(times) - 1)) times = 1;
  words_.present &= ~Words::bit('Z');
  const int cycle = machine_.motion;
  for (int i = 0; i < times; ++i) {
    std::uint32_t touched;
    Point over = target(touched), down = over, back = over;
    over[2] = machine_.cycle_r;
    down[2] = machine_.cycle_z;
    back[2] = machine_.retract_to_r ? machine_.cycle_r : std::max(initial_z, machine_.cycle_r);
    machine_.motion = 0;
    travel_or_lay(over, touched, 0.0);
    machine_.motion = 1;
    travel_or_lay(down, touched, 0.0);
    machine_.motion = 0;
    travel_or_lay(back, touched, 0.0);
    machine_.motion = cycle;
  }
}

}  // namespace c3po::gcode
