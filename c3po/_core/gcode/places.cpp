// Commands that change the map from words to places, or bring back an earlier one.
#include <algorithm>
#include <cmath>

#include "_core/gcode/reader.hpp"

namespace c3po::gcode {

// G52 and M206: a part of the offset by its words.
void GcodeReader::set_offset(Point& part) {
  for (int axis = 0; axis < 3; ++axis) {
    const char letter = static_cast<char>('X' + axis);
    if (words_.has(letter)) part[axis] = words_.get(letter) * machine_.unit_mm;
  }
  machine_.update_offset();
  flags_.raise(Flag::offsets);
}

// M290: the nozzle itself moves, and the map with it.
void GcodeReader::babystep() {
  for (int axis = 0; axis < 3; ++axis) {
    const double step = words_.get(static_cast<char>('X' + axis)) * machine_.unit_mm;
    machine_.adjustment[axis] += step;
    machine_.position[axis] += step;
  }
  machine_.update_offset();
  flags_.raise(Flag::offsets);
}

// G92: the place does not change, its name does.
void GcodeReader::set_position() {
  static constexpr char kOthers[] = {'A', 'B', 'C', 'U', 'V'};
  const std::uint32_t told = words_.present | words_.empty;
  const bool bare = !(told & (kAxisWords | kOtherExtruders | Words::bit('E')));
  for (int axis = 0; axis < 3; ++axis) {
    const char letter = static_cast<char>('X' + axis);
    if (!bare && !words_.mentions(letter)) continue;
    const double named = words_.get(letter) * machine_.unit_mm;
    machine_.shift[axis] += machine_.position[axis] - (named + machine_.offset[axis]);
    if (doubtful_axes_ >> axis & 1) doubtful_next_ |= bit(Flag::transform);  // new name for an unknown place
  }
  if (told & kAxisWords && emitter_.has_material()) flags_.raise(Flag::offsets);
  machine_.update_offset();
  if (bare || words_.mentions('E')) {
    const double named = words_.get('E') * machine_.unit_mm;
    e_highest_ += named - machine_.e_shared;
    machine_.e_shared = machine_.e_of_tool[machine_.tool] = named;
    machine_.e_after_tool_change = false;
  }
  for (int i = 0; i < 5; ++i) {
    if (bare || words_.mentions(kOthers[i])) machine_.other_extruder[i] = words_.get(kOthers[i]) * machine_.unit_mm;
  }
}

// G10 L2 and L20 name the place of a work coordinate system.
void GcodeReader::set_work_offset() {
  const int wanted = static_cast<int>(std::clamp(words_.get('P'), 0.0, kWorkOffsets - 1.0));
  const int index = wanted == 0 ? machine_.work_index : wanted;
  for (int axis = 0; axis < 3; ++axis) {
    const char letter = static_cast<char>('X' + axis);
    if (!words_.has(letter)) continue;
    const double value = words_.get(letter) * machine_.unit_mm;
    const double others = machine_.offset[axis] - machine_.work[machine_.work_index][axis];
    const bool by_place = words_.get('L') == 20.0;  // so that the nozzle stands at the value
    machine_.work[index][axis] = by_place ? machine_.position[axis] - others - value : value;
  }
  machine_.update_offset();
  flags_.raise(Flag::offsets);
}

void GcodeReader::home_axes() {
  std::uint32_t axes = axes_in(words_.present | words_.empty);
  if (axes == 0) axes = 7u;
  for (int axis = 0; axis < 3; ++axis) {
    if (!(axes >> axis & 1)) continue;
    machine_.position[axis] = 0.0;
    machine_.shift[axis] = 0.0;
  }
  machine_.update_offset();
  if (emitter_.has_material()) doubtful_axes_ |= axes;
}

void GcodeReader::keep_state(std::uint32_t name) {
  for (State& state : states_) {
    if (state.used && state.name != name) continue;
    state = State{name, true, machine_};
    return;
  }
  doubtful_next_ |= bit(Flag::transform);  // more names than any printer needs
}

void GcodeReader::bring_back_state(std::uint32_t name, bool keep_position) {
  for (const State& state : states_) {
    if (!state.used || state.name != name) continue;
    const Machine now = machine_;
    machine_ = state.machine;
    machine_.tool = now.tool;
    machine_.e_of_tool = now.e_of_tool;
    machine_.e_of_tool[now.tool] = machine_.e_shared;
    machine_.target_deg = now.target_deg;
    machine_.heated_tools = now.heated_tools;
    machine_.flow_factor = now.flow_factor;
    machine_.extruder_steps = now.extruder_steps;
    machine_.dry_run = now.dry_run;
    if (keep_position) machine_.position = now.position;
    e_highest_ = std::max(e_highest_, machine_.e_shared);
    flags_.raise(Flag::state_stack);
    return;
  }
}

}  // namespace c3po::gcode
