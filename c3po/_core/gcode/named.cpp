// Commands by name: Klipper's macros and its own commands, RepRapFirmware's keywords.
//
// A job can only call macros that the owner of the printer installed. Names before the first and behind the last
// material (START_PRINT, END_PRINT, purge lines) are how such jobs begin and end. A name that is not known and stands
// between material could have drawn, so it is told as a shape flag.
#include <algorithm>

#include "_core/gcode/reader.hpp"
#include "_core/gcode/text.hpp"

namespace c3po::gcode {
namespace {

// Beginnings of names that set, report, wait, probe, change tools or take pictures, but never lay material.
constexpr const char* kHarmless[] = {
    "set_",      "timelapse",   "bed_mesh",      "status",         "respond",     "save_variable", "update_",
    "pause",     "resume",      "print_start",   "print_end",      "start_print", "end_print",     "temperature_wait",
    "turn_off",  "exclude_object_define",        "quad_gantry",    "z_tilt",      "screws_tilt",   "clean_nozzle",
    "on_layer",  "after_layer", "before_layer",  "layer",          "_on_layer",   "_layer",        "_timelapse",
    "tool_",     "toolchange",  "_toolchange",   "activate_",      "mmu_",        "_mmu",          "ktcc_",
    "led",       "status_",     "play_",         "beep",           "m_",          "query_",        "get_",
    "input_",    "tune_",       "stepper_buzz",  "gcode_",         "filament_",   "_filament",     "dummy",
    "echo",      "var",         "global",        "abort",          "break",       "continue",      "cura_",
    "max_",      "change_",     "load_",         "unload_",        "heat_",       "wait_",         "nozzle_",
    "enable_",   "disable_",    "object_",       "smart_park",     "skew_profile clear",           "fan_",
};

std::uint32_t hash_of(const char* p, const char* end) {
  std::uint32_t hash = 2166136261U;
  for (; p < end; ++p) hash = (hash ^ static_cast<unsigned char>(*p | 0x20)) * 16777619U;
  return hash & 0x7FFFFFFFU;
}

// Value of KEY=VALUE behind a name, [value, its end), or nullptr.
const char* value_of(const char* p, const char* end, const char* key, const char** value_end) {
  for (; p < end; ++p) {
    if (!is_blank(*p)) continue;
    const char* at = skip_blanks(p);
    const char* k = key;
    while (*k && begins_with(at, std::string(1, *k).c_str())) ++at, ++k;
    if (*k || *at != '=') continue;
    const char* first = ++at;
    const char quote = *first == '"' || *first == '\'' ? *first++ : ' ';
    for (at = first; at < end && *at != quote && *at != ';'; ++at) {}
    *value_end = at;
    return first;
  }
  return nullptr;
}

}  // namespace

void GcodeReader::run_named(const char* p, const char* end) {
  ++counters_.commands;
  ++counters_.macros;
  flags_.raise(Flag::macros);
  const char* behind = p;
  while (is_letter(*behind) || is_digit(*behind) || *behind == '_' || *behind == '.') ++behind;
  const auto is = [&](const char* name) {
    return begins_with(p, name) && static_cast<std::size_t>(behind - p) == std::char_traits<char>::length(name);
  };
  const char* value_end = nullptr;
  if (is("set_gcode_offset")) return set_gcode_offset(behind, end);
  if (is("save_gcode_state") || is("restore_gcode_state")) {
    const char* name = value_of(behind, end, "name", &value_end);
    const std::uint32_t hash = name ? hash_of(name, value_end) : 0;
    if (is("save_gcode_state")) return keep_state(hash);
    const char* move = value_of(behind, end, "move", &value_end);
    return bring_back_state(hash, !(move && *move == '1'));
  }
  if (is("exclude_object_start")) {
    const char* name = value_of(behind, end, "name", &value_end);
    if (name) hints_.begin_object(name, value_end);
    return;
  }
  if (is("exclude_object_end")) return hints_.end_object();
  if (is("exclude_object")) return flags_.raise(Flag::cancelled_object);
  if (is("activate_extruder")) {
    const char* name = value_of(behind, end, "extruder", &value_end);
    if (name && begins_with(name, "extruder")) select_tool(is_digit(name[8]) ? name[8] - '0' : 0);
    return;
  }
  if (is("set_kinematic_position") || is("force_move") || is("set_skew") || is("skew_profile")) {
    doubtful_next_ |= bit(Flag::transform);
    return;
  }
  if (is("if") || is("elif") || is("else") || is("while") || is("set")) {
    doubtful_next_ |= bit(Flag::expression);
    return;
  }
  for (const char* name : kHarmless) {
    if (begins_with(p, name)) return;
  }
  ++counters_.unknown_commands;
  flags_.raise(Flag::unknown_commands);
  if (emitter_.has_material()) doubtful_between_ |= bit(Flag::unknown_macro);
}

void GcodeReader::set_gcode_offset(const char* p, const char* end) {
  static constexpr const char* kSet[] = {"x", "y", "z"};
  static constexpr const char* kAdjust[] = {"x_adjust", "y_adjust", "z_adjust"};
  flags_.raise(Flag::offsets);
  const char* value_end = nullptr;
  const char* move = value_of(p, end, "move", &value_end);
  const bool moves = move && *move == '1';
  for (int axis = 0; axis < 3; ++axis) {
    double wanted = machine_.adjustment[axis];
    double number = 0.0;
    const char* set = value_of(p, end, kSet[axis], &value_end);
    const char* adjust = value_of(p, end, kAdjust[axis], &value_end);
    if ((set && parse_number(set, number) == set) || (adjust && parse_number(adjust, number) == adjust)) {
      doubtful_next_ |= bit(Flag::expression);
      continue;
    }
    if (set) parse_number(set, wanted);
    if (adjust) {
      parse_number(adjust, number);
      wanted += number;
    }
    if (moves) machine_.position[axis] += wanted - machine_.adjustment[axis];
    machine_.adjustment[axis] = wanted;
  }
  machine_.update_offset();
}

}  // namespace c3po::gcode
