// G, M and T commands to changes of state. Where firmwares differ, the reading that shows more material is taken.
#include <algorithm>
#include <cmath>

#include "_core/gcode/reader.hpp"

namespace c3po::gcode {
namespace {

constexpr std::uint32_t kExpressionBit = 1u << 31;

bool is_probing_or_housekeeping(int code) {
  switch (code) {
    case 4: case 7: case 8: case 9: case 21: case 22: case 23: case 29: case 31: case 32: case 33: case 34: case 35:
    case 36: case 37: case 39: case 40: case 41: case 43: case 44: case 49: case 50: case 64: case 69: case 75: case 76:
    case 93: case 94: case 95: case 96: case 97: case 100: case 111: case 130: case 131: case 132: case 161: case 162:
    case 202: case 383: case 392: case 425: return true;
    default: return false;
  }
}

}  // namespace

void GcodeReader::run(char letter, double number) {
  ++counters_.commands;
  if (words_.has('S') && letter != 'M') {
    machine_.spindle_s = words_.get('S');
    ++power_words_;
  }
  if (letter == 'T') return select_tool(number);
  if (letter != 'G' && letter != 'M') return;
  if (number < 0.0 || number > 9999.0) return note_unknown(letter == 'G' && axes_in(words_.present));
  const int code = static_cast<int>(number);
  const int tenth = static_cast<int>(std::lround((number - code) * 10.0));
  if (letter == 'M') {
    if (tenth == 0) run_m(code);
    return;
  }
  const bool moves = (code <= 3 || code == 5) && code >= 0;
  if (moves) {
    const std::uint32_t unreadable = words_.empty & (kAxisWords | Words::bit('E'));
    if (words_.empty & kExpressionBit) {
      doubtful_next_ |= bit(Flag::expression);
      doubtful_axes_ |= axes_in(words_.empty);
    } else if (bad_line_ || unreadable) {
      doubtful_next_ |= bit(Flag::bad_number);
    }
    if (bad_line_ && unreadable) {
      doubtful_axes_ |= axes_in(words_.empty | words_.present);
      return;  // firmware would refuse it
    }
  }
  run_g(code, tenth);
}

void GcodeReader::run_g(int code, int tenth) {
  switch (code) {
    case 0: case 1:
      machine_.motion = code;
      if (words_.get('H') != 0.0) {  // RepRapFirmware: single motors, until a switch
        doubtful_axes_ |= axes_in(words_.present);
        break;
      }
      move_straight();
      break;
    case 2: case 3:
      machine_.motion = code;
      move_arc(code == 2);
      break;
    case 5:
      if (tenth > 1) return note_unknown(true);
      machine_.motion = 5;
      move_spline();
      break;
    case 10:
      if (words_.has('L')) return set_work_offset();
      for (const char axis : {'X', 'Y', 'Z'}) {  // offset of a tool
        if (words_.get(axis) != 0.0) doubtful_next_ |= bit(Flag::transform);
      }
      break;
    case 11: break;
    case 12: case 27: doubtful_axes_ |= emitter_.has_material() ? 7u : 0u; break;
    case 15: break;
    case 16: case 51: case 68: doubtful_next_ |= bit(Flag::transform); break;
    case 17: case 18: case 19: machine_.plane = code; break;
    case 20: machine_.unit_mm = 25.4; break;
    case 21: machine_.unit_mm = 1.0; break;
    case 26: flags_.raise(Flag::draws); break;
    case 28: home_axes(); break;
    case 30: case 38: case 380: doubtful_axes_ |= emitter_.has_material() ? 4u | axes_in(words_.present) : 0u; break;
    case 42:
      if (words_.has('I') || words_.has('J')) doubtful_axes_ |= 3u;
      break;
    case 52: set_offset(machine_.local); break;
    case 53: no_offset_ = true; break;
    case 54: case 55: case 56: case 57: case 58: case 59:
      machine_.work_index = std::min(code - 53 + (code == 59 ? tenth : 0), kWorkOffsets - 1);
      machine_.update_offset();
      break;
    case 60: keep_state(static_cast<std::uint32_t>(1 + as_index(words_.get('S')))); break;
    case 61:
      if (words_.mentions('S') || axes_in(words_.present | words_.empty))
        bring_back_state(static_cast<std::uint32_t>(1 + as_index(words_.get('S'))), false);
      break;
    case 65: case 66: case 67: doubtful_next_ |= bit(Flag::sub_program); break;
    case 80: machine_.motion = -1; break;
    case 73: case 81: case 82: case 83: case 84: case 85: case 86: case 87: case 88: case 89:
      if (!(words_.present & (kAxisWords | Words::bit('R')))) break;  // Prusa: G81 prints the bed's mesh
      machine_.motion = code;
      move_cycle();
      break;
    case 90: case 91:
      if (tenth == 1) {
        machine_.arc_centre_absolute = code == 90;
        break;
      }
      machine_.relative = code == 91;
      machine_.e_mode_doubtful = (code == 91) != machine_.e_relative;
      machine_.last_e_word = machine_.e_shared;
      machine_.e_rises = machine_.e_falls = machine_.e_repeats = 0;
      break;
    case 92: set_position(); break;
    case 98: case 99: machine_.retract_to_r = code == 99; break;
    default:
      if (!is_probing_or_housekeeping(code)) note_unknown(axes_in(words_.present) != 0);
      break;
  }
}

void GcodeReader::run_m(int code) {
  switch (code) {
    case 2: case 30: case 112: ended_ = true; break;
    case 3: case 4:
      machine_.spindle_on = true;
      machine_.spindle_s = words_.get('S', machine_.spindle_s);
      ++beam_switches_;
      power_words_ += words_.has('S');
      break;
    case 5: machine_.spindle_on = false; break;
    case 82: case 83:
      machine_.e_relative = code == 83;
      machine_.e_mode_doubtful = false;
      break;
    case 92: case 579: case 556: case 852: case 669:
      if (code == 92) set_extruder_steps();
      if (code != 92 || words_.present & kAxisWords) doubtful_next_ |= bit(Flag::transform);
      break;
    case 665: case 428: case 569: doubtful_between_ |= emitter_.has_material() ? bit(Flag::transform) : 0; break;
    case 23: case 28: case 32: flags_.raise(Flag::sub_program); break;
    case 98: doubtful_between_ |= emitter_.has_material() ? bit(Flag::sub_program) : 0; break;
    case 101: machine_.extruder_on = true; break;
    case 102: case 103: machine_.extruder_on = false; break;
    case 104: case 109: set_target(); break;
    case 140: case 190: case 141: case 191: ++heater_commands_; break;
    case 106: case 107: {
      const bool on = code == 106 && words_.get('S', 255.0) > 0.0;
      fan_switches_ += on != machine_.fan_on;
      machine_.fan_on = on;
      break;
    }
    case 111: machine_.dry_run = words_.has('S') && as_index(words_.get('S')) & 8; break;
    case 120: keep_state(0xF0000000U); break;
    case 121: bring_back_state(0xF0000000U, true); break;
    case 200: flags_.raise(Flag::extruder_scale); break;
    case 206: set_offset(machine_.home); break;
    case 220: flags_.raise(Flag::feed_factor); break;
    case 221:
      flags_.raise(Flag::flow_factor);
      if (words_.has('S')) machine_.flow_factor = std::clamp(words_.get('S') / 100.0, 1e-6, 1e6);
      break;
    case 290: babystep(); break;
    case 486:
      if (words_.has('P') || words_.mentions('C')) flags_.raise(Flag::cancelled_object);
      if (words_.has('S')) hints_.object = static_cast<std::uint16_t>(std::clamp(words_.get('S') + 1.0, 0.0, 65535.0));
      break;
    case 622: ++conditional_depth_; break;
    case 623: conditional_depth_ = std::max(0, conditional_depth_ - 1); break;
    case 808:
      if (words_.has('L')) flags_.raise(Flag::repeat);
      break;
    case 810: case 811: case 812: case 813: case 814: case 815: case 816: case 817: case 818: case 819:
      flags_.raise(Flag::sub_program);
      break;
    default: break;
  }
}

// M104 and M109: a nozzle told to cool down lays nothing, whatever E says.
void GcodeReader::set_target() {
  ++heater_commands_;
  const int tool = words_.has('T') ? as_index(words_.get('T')) : machine_.tool;
  if (tool < 0 || tool >= kTools || !(words_.has('S') || words_.has('R'))) return;
  machine_.target_deg[tool] = std::max(words_.get('S'), words_.get('R'));
  if (machine_.target_deg[tool] > 0.0) machine_.heated_tools |= 1ULL << tool;
}

// M92 E in the middle of a job makes the same words push more or less.
void GcodeReader::set_extruder_steps() {
  flags_.raise(Flag::extruder_scale);
  if (!words_.has('E')) return;
  const double steps = std::clamp(words_.get('E'), 1e-3, 1e9);
  if (machine_.extruder_steps > 0.0) machine_.flow_factor *= steps / machine_.extruder_steps;
  machine_.flow_factor = std::clamp(machine_.flow_factor, 1e-9, 1e9);
  machine_.extruder_steps = steps;
}

void GcodeReader::select_tool(double number) {
  if (number < 0.0 || number >= kTools) return;
  const int tool = static_cast<int>(number);
  if (tool == machine_.tool) return;
  machine_.tool = tool;
  machine_.e_after_tool_change = true;
  ++counters_.tool_changes;
}

// A command that is not known. It can only have drawn when it stands between material.
void GcodeReader::note_unknown(bool could_move) {
  ++counters_.unknown_commands;
  flags_.raise(Flag::unknown_commands);
  if (could_move && emitter_.has_material()) doubtful_between_ |= bit(Flag::unknown_motion);
}

}  // namespace c3po::gcode
