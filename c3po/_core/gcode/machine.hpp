// The modal state of a machine: where it is, and how the next words are to be understood.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>

namespace c3po::gcode {

using Point = std::array<double, 3>;

inline double length_of(const Point& a, const Point& b) {
  const double x = b[0] - a[0], y = b[1] - a[1], z = b[2] - a[2];
  return std::sqrt(x * x + y * y + z * z);
}

constexpr int kTools = 64;          // higher T numbers are signals to the machine (T255, T1000), not tools
constexpr int kWorkOffsets = 10;    // G54 to G59.3, and none

struct Machine {
  // Position on the machine, mm, and the map from program to machine: machine = program * unit + offset.
  Point position{};
  Point offset{};
  double unit_mm = 1.0;
  bool relative = false;

  // Parts of the offset, kept apart because commands set them one by one.
  Point shift{};       // G92
  Point local{};       // G52
  Point home{};        // M206, subtracted
  Point adjustment{};  // SET_GCODE_OFFSET, M290
  std::array<Point, kWorkOffsets> work{};
  int work_index = 0;

  // Extruder. Firmwares differ: one E for all tools, or one each; both are kept.
  double e_shared = 0.0;
  std::array<double, kTools> e_of_tool{};
  bool e_after_tool_change = false;
  bool e_relative = false;        // M82, M83
  bool e_mode_doubtful = false;   // G90 or G91 came later and said the opposite: Marlin takes it for E too
  double last_e_word = 0.0;
  std::uint64_t e_rises = 0, e_falls = 0, e_repeats = 0;  // of E words while the mode is doubtful

  // Whether the words themselves look like places rather than steps: they hardly ever fall.
  bool e_words_look_absolute() const { return e_rises >= 3 && e_falls * 8 <= e_rises && e_repeats * 2 <= e_rises; }
  std::array<double, 5> other_extruder{};  // A, B, C, U, V
  int tool = 0;
  bool extruder_on = false;       // M101

  // What decides whether plastic really comes out.
  double flow_factor = 1.0;          // M221
  double extruder_steps = 0.0;       // M92 E, 0 until told
  std::array<double, kTools> target_deg{};
  std::uint64_t heated_tools = 0;    // bit per tool that had a target once
  bool dry_run = false;              // M111 S8
  bool is_cold() const { return heated_tools >> tool & 1 && target_deg[tool] <= 0.0; }

  int motion = 1;                 // last G0, G1, G2, G3, G5 or canned cycle; -1 after G80
  int plane = 17;
  bool arc_centre_absolute = false;  // G90.1
  double spindle_s = -1.0;        // last S, -1 when none was given
  bool spindle_on = false;
  bool fan_on = false;               // a laser can hang on the fan's output

  // Canned cycles.
  double cycle_z = 0.0, cycle_r = 0.0;
  bool retract_to_r = false;      // G99

  void update_offset() {
    for (int axis = 0; axis < 3; ++axis)
      offset[axis] = shift[axis] + local[axis] - home[axis] + adjustment[axis] + work[work_index][axis];
  }
};

}  // namespace c3po::gcode
