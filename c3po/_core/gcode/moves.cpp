// Motion: where a command goes, and whether it lays material.
#include <algorithm>
#include <cmath>

#include "_core/gcode/reader.hpp"

namespace c3po::gcode {

// Where the X, Y and Z words lead; touched gets a bit for each axis that was named by its place.
Point GcodeReader::target(std::uint32_t& touched) const {
  touched = 0;
  Point place = machine_.position;
  for (int axis = 0; axis < 3; ++axis) {
    if (!words_.has(static_cast<char>('X' + axis))) continue;
    const double value = words_.value['X' - 'A' + axis] * machine_.unit_mm;
    if (machine_.relative) {
      place[axis] += value;
    } else {
      place[axis] = no_offset_ ? value : value + machine_.offset[axis];
      touched |= 1u << axis;
    }
  }
  return place;
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
  std::uint32_t touched;
  const Point place = target(touched);
  travel_or_lay(place, touched, extrusion());
}

}  // namespace c3po::gcode
