// What the reader could not follow, or found worth telling. A shape flag means that the printed shape may differ
// from the segments; the others are notes. Names and meaning are listed for people in docs/gcode.md.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace c3po::gcode {

struct FlagInfo {
  const char* name;
  bool shape;
};

enum class Flag : std::uint8_t {
  after_end,
  bad_arc,
  bad_checksum,
  bad_number,
  cancelled_object,
  cold,
  conditional,
  crowded_line,
  dots,
  draws,
  dry_run,
  duplicate_words,
  encoding,
  expression,
  extrusion_mode,
  far_coordinates,
  long_line,
  mixed_line_ends,
  mixed_extrusion,
  no_extrusion_words,
  nul_bytes,
  paren_words,
  repeat,
  rotary_axes,
  sub_program,
  transform,
  uneven_flow,
  unknown_macro,
  unknown_motion,
  unknown_position,
  // from here on: notes
  canned_cycle,
  checksums,
  extruder_scale,
  feed_factor,
  flow_factor,
  macros,
  offsets,
  state_stack,
  unknown_commands,
  count_
};

constexpr std::size_t kFlags = static_cast<std::size_t>(Flag::count_);

constexpr std::array<FlagInfo, kFlags> kFlagInfo = {{
    {"after-end", true},
    {"bad-arc", true},
    {"bad-checksum", true},
    {"bad-number", true},
    {"cancelled-object", true},
    {"cold", true},
    {"conditional", true},
    {"crowded-line", true},
    {"dots", true},
    {"draws", true},
    {"dry-run", true},
    {"duplicate-words", true},
    {"encoding", true},
    {"expression", true},
    {"extrusion-mode", true},
    {"far-coordinates", true},
    {"long-line", true},
    {"mixed-line-ends", true},
    {"mixed-extrusion", true},
    {"no-extrusion-words", true},
    {"nul-bytes", true},
    {"paren-words", true},
    {"repeat", true},
    {"rotary-axes", true},
    {"sub-program", true},
    {"transform", true},
    {"uneven-flow", true},
    {"unknown-macro", true},
    {"unknown-motion", true},
    {"unknown-position", true},
    {"canned-cycle", false},
    {"checksums", false},
    {"extruder-scale", false},
    {"feed-factor", false},
    {"flow-factor", false},
    {"macros", false},
    {"offsets", false},
    {"state-stack", false},
    {"unknown-commands", false},
}};

// A set of flags with how often each was met.
class FlagCounts {
 public:
  void raise(Flag flag) { ++counts_[static_cast<std::size_t>(flag)]; }
  std::uint64_t count(Flag flag) const { return counts_[static_cast<std::size_t>(flag)]; }
  std::uint64_t count(std::size_t flag) const { return counts_[flag]; }

 private:
  std::array<std::uint64_t, kFlags> counts_{};
};

}  // namespace c3po::gcode
