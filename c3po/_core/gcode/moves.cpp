// Motion: where a command goes, and whether it lays material.
#include <algorithm>
#include <cmath>

#include "_core/gcode/curves.hpp"
#include "_core/gcode/reader.hpp"

namespace c3po::gcode {
namespace {

constexpr double kRadiusMismatchMm = 0.2;
constexpr std::uint64_t kFreeCurvePoints = 4'000'000, kCurvePointsPerByte = 8;

double length_of(const Point& a, const Point& b) {
  const double x = b[0] - a[0], y = b[1] - a[1], z = b[2] - a[2];
  return std::sqrt(x * x + y * y + z * z);
}

}  // namespace

// Where the X, Y and Z words lead. False when the line is not fit to be obeyed.
bool GcodeReader::target_of(Point& target, std::uint32_t& touched) {
  touched = 0;
  target = machine_.position;
  for (int axis = 0; axis < 3; ++axis) {
    const char letter = static_cast<char>('X' + axis);
    if (!words_.has(letter)) continue;
    const double value = words_.value['X' - 'A' + axis] * machine_.unit_mm;
    if (machine_.relative) {
      target[axis] += value;
    } else {
      target[axis] = no_offset_ ? value : value + machine_.offset[axis];
      touched |= 1u << axis;
    }
  }
  return true;
}

// The advance of an E word that firmwares read differently, as a step or as a place. The words of the job decide; a shape
// flag tells when the two readings would lay different material.
double GcodeReader::doubtful_advance(double word) {
  Machine& m = machine_;
  const double rise = word - m.last_e_word;
  m.last_e_word = word;
  m.e_rises += rise > 0.0;
  m.e_falls += rise < 0.0;
  m.e_repeats += rise == 0.0;
  if (m.e_relative) {  // G90 behind M83: what slicers mean is what Klipper and RepRapFirmware print
    if (m.e_rises + m.e_falls >= 20 && m.e_words_look_absolute()) flags_.raise(Flag::extrusion_mode);
  } else {  // G91 behind M82 or nothing: Marlin steps
    if (words_.present & kAxisWords && (rise > 0.0) != (word > 0.0)) flags_.raise(Flag::extrusion_mode);
    if (m.e_words_look_absolute()) {
      m.e_shared = word;
      return rise;
    }
  }
  m.e_shared += word;
  return word;
}

// How much the extruder advances, in units of its words; above 0 is material. Reads and moves every extruder axis.
double GcodeReader::extrusion() {
  double advanced = 0.0;
  if (words_.has('E')) {
    const double word = words_.value['E' - 'A'] * machine_.unit_mm;
    double& own = machine_.e_of_tool[machine_.tool];
    if (machine_.e_mode_doubtful) {
      advanced = doubtful_advance(word);
    } else if (machine_.e_relative) {
      advanced = word;
      machine_.e_shared += word;
    } else {
      advanced = word - machine_.e_shared;
      if (machine_.e_after_tool_change) advanced = std::max(advanced, word - own);
      machine_.e_shared = word;
    }
    own = machine_.e_shared;
    machine_.e_after_tool_change = false;
  }
  if (words_.present & kOtherExtruders) {
    static constexpr char kLetters[] = {'A', 'B', 'C', 'U', 'V'};
    for (int i = 0; i < 5; ++i) {
      if (!words_.has(kLetters[i])) continue;
      const double word = words_.get(kLetters[i]) * machine_.unit_mm;
      double& at = machine_.other_extruder[i];
      const double step = machine_.relative || machine_.e_relative ? word : word - at;
      at = machine_.relative || machine_.e_relative ? at + word : word;
      if (laid_by_e_ || machine_.spindle_on) {
        if (step != 0.0) flags_.raise(Flag::rotary_axes);
      } else {
        advanced = std::max(advanced, step);
      }
    }
  }
  return advanced;
}

// Raised once material follows: whatever was doubtful before it now matters.
void GcodeReader::before_material() {
  for (std::size_t flag = 0; flag < kFlags; ++flag) {
    if ((doubtful_next_ | doubtful_between_) >> flag & 1) flags_.raise(static_cast<Flag>(flag));
  }
  doubtful_next_ = doubtful_between_ = 0;
  if (doubtful_axes_) flags_.raise(Flag::unknown_position);
}

void GcodeReader::travel_or_lay(const Point& target, std::uint32_t touched, double extruded) {
  const bool displaced = target != machine_.position;
  const bool by_switch = machine_.extruder_on && !words_.has('E');
  if (displaced) {
    ++counters_.moves;
    if (extruded > 0.0 || by_switch) {
      doubtful_axes_ &= ~touched;
      if (doubtful_next_ | doubtful_between_ | doubtful_axes_) before_material();
      if (words_.has('E')) laid_by_e_ = true;
      if (by_switch && laid_by_e_) flags_.raise(Flag::mixed_extrusion);
      if (ended_) flags_.raise(Flag::after_end);
      if (machine_.dry_run) flags_.raise(Flag::dry_run);
      if (machine_.is_cold()) cold_mm_ += length_of(machine_.position, target);
      ++counters_.extruding_moves;
      extruded_mm_ += std::max(0.0, extruded);
      if (conditional_depth_ > 0) conditional_mm_ += length_of(machine_.position, target);
      emitter_.material(machine_.position, target, extruded * machine_.flow_factor, hints_, machine_.tool, offset_, flags_);
    } else if (machine_.motion != 0 && (emitter_.kind != Kind::fdm || machine_.spindle_on)) {
      const bool beam_on = machine_.spindle_on ? machine_.spindle_s != 0.0 : machine_.fan_on;
      spindle_cuts_ += machine_.spindle_on && beam_on;
      if (beam_on && target[2] != machine_.position[2]) plunges_ = true;
      emitter_.feed_move(machine_.position, target, beam_on, offset_, flags_);
      if (emitter_.kind == Kind::nothing && emitter_.holding_overflows()) settle_kind();
    }
  } else if (extruded > 0.0) {
    const double e = machine_.e_shared;
    if (e > e_highest_) ++counters_.dots, dots_mm_ += std::min(extruded, e - e_highest_);
  }
  e_highest_ = std::max(e_highest_, machine_.e_shared);
  doubtful_axes_ &= ~touched;
  machine_.position = target;
}

void GcodeReader::move_straight() {
  Point target;
  std::uint32_t touched;
  if (!target_of(target, touched)) return;
  travel_or_lay(target, touched, extrusion());
}

// A few bytes can ask for thousands of points. Beyond what real jobs ask for, curves become straight and are told.
bool GcodeReader::spend_curve_points(std::size_t n) {
  curve_points_ += n;
  if (curve_points_ <= kFreeCurvePoints + kCurvePointsPerByte * offset_) return true;
  flags_.raise(Flag::bad_arc);
  return false;
}

// Lays or travels along points_, sharing the extruded amount by length.
void GcodeReader::lay_points(double extruded) {
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
    travel_or_lay(point, 0, extruded * share);
  }
}

void GcodeReader::move_arc(bool clockwise) {
  ++counters_.arcs;
  Point end;
  std::uint32_t touched;
  if (!target_of(end, touched)) return;
  const double extruded = extrusion();
  const Point start = machine_.position;
  Arc arc{};
  arc.first_axis = machine_.plane == 17 ? 0 : machine_.plane == 18 ? 2 : 1;
  arc.second_axis = (arc.first_axis + 1) % 3;
  arc.linear_axis = (arc.first_axis + 2) % 3;
  arc.clockwise = clockwise;
  if (words_.has('P')) arc.extra_turns = static_cast<int>(std::clamp(words_.get('P') - 1.0, 0.0, 1e9));
  if (arc.extra_turns > kMostTurns) flags_.raise(Flag::bad_arc);
  const double from_a = start[arc.first_axis], from_b = start[arc.second_axis];
  const double across = end[arc.first_axis] - from_a, along = end[arc.second_axis] - from_b;
  const double distance = std::hypot(across, along);
  const char letter_a = static_cast<char>('I' + arc.first_axis), letter_b = static_cast<char>('I' + arc.second_axis);
  bool good = true;
  if (words_.has('R') && !words_.has(letter_a) && !words_.has(letter_b)) {
    const double radius = words_.get('R') * machine_.unit_mm;
    const double short_by = distance / 2 - std::fabs(radius);
    good = distance > 1e-9 && radius != 0.0 && short_by <= kRadiusMismatchMm;
    const double height = std::sqrt(std::max(0.0, radius * radius - distance * distance / 4));
    const double side = (clockwise != (radius < 0.0)) ? 1.0 : -1.0;
    arc.centre[0] = from_a + across / 2 + side * height * along / std::max(distance, 1e-9);
    arc.centre[1] = from_b + along / 2 - side * height * across / std::max(distance, 1e-9);
  } else {
    const double i = words_.get(letter_a) * machine_.unit_mm, j = words_.get(letter_b) * machine_.unit_mm;
    const bool absolute = machine_.arc_centre_absolute;
    arc.centre[0] = absolute ? i + machine_.offset[arc.first_axis] : from_a + i;
    arc.centre[1] = absolute ? j + machine_.offset[arc.second_axis] : from_b + j;
    const double radius = std::hypot(from_a - arc.centre[0], from_b - arc.centre[1]);
    const double end_radius = std::hypot(end[arc.first_axis] - arc.centre[0], end[arc.second_axis] - arc.centre[1]);
    good = radius > 1e-6 && std::fabs(end_radius - radius) <= std::max(kRadiusMismatchMm, 0.01 * radius);
  }
  points_.clear();
  if (good && length_of(start, end) < 1e5) {
    flatten_arc(start, end, arc, points_);
  } else {
    doubtful_between_ |= bit(Flag::bad_arc);
    if (extruded > 0.0) flags_.raise(Flag::bad_arc);
    points_.push_back(end);
  }
  doubtful_axes_ &= ~touched;
  lay_points(extruded);
}

// G5: a cubic with its control points given by I, J from the start and P, Q from the end.
void GcodeReader::move_spline() {
  ++counters_.arcs;
  Point end;
  std::uint32_t touched;
  if (!target_of(end, touched)) return;
  const double extruded = extrusion();
  Point first = machine_.position, second = end;
  first[0] += words_.get('I') * machine_.unit_mm;
  first[1] += words_.get('J') * machine_.unit_mm;
  second[0] += words_.get('P') * machine_.unit_mm;
  second[1] += words_.get('Q') * machine_.unit_mm;
  const bool full = words_.has('P') && words_.has('Q');
  if (!full && extruded > 0.0) flags_.raise(Flag::bad_arc);
  points_.clear();
  flatten_cubic(machine_.position, first, second, end, points_);
  doubtful_axes_ &= ~touched;
  lay_points(extruded);
}

// G73, G81 to G89: over to X, Y, down to Z from the plane R, and back up; L times when relative.
void GcodeReader::move_cycle() {
  flags_.raise(Flag::canned_cycle);
  const double unit = machine_.unit_mm;
  const double initial_z = machine_.position[2];
  if (words_.has('R'))
    machine_.cycle_r = machine_.relative ? initial_z + words_.get('R') * unit : words_.get('R') * unit + machine_.offset[2];
  if (words_.has('Z'))
    machine_.cycle_z = machine_.relative ? machine_.cycle_r + words_.get('Z') * unit : words_.get('Z') * unit + machine_.offset[2];
  int times = machine_.relative ? static_cast<int>(std::clamp(words_.get('L', 1.0), 1.0, 1000.0)) : 1;
  if (!spend_curve_points(static_cast<std::size_t>(times) - 1)) times = 1;
  words_.present &= ~Words::bit('Z');
  const int motion = machine_.motion;
  for (int i = 0; i < times; ++i) {
    Point over;
    std::uint32_t touched;
    if (!target_of(over, touched)) return;
    Point down = over;
    down[2] = machine_.cycle_z;
    Point back = over;
    over[2] = machine_.cycle_r;
    back[2] = machine_.retract_to_r ? machine_.cycle_r : std::max(initial_z, machine_.cycle_r);
    machine_.motion = 0;
    travel_or_lay(over, touched, 0.0);
    machine_.motion = 1;
    travel_or_lay(down, touched, 0.0);
    machine_.motion = 0;
    travel_or_lay(back, touched, 0.0);
    machine_.motion = motion;
  }
}

}  // namespace c3po::gcode
