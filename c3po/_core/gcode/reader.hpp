// The streaming reader: bytes of G-code in, in any pieces; segments out. It keeps the full modal state of the machine
// and names whatever it could not follow.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "_core/gcode/curves.hpp"
#include "_core/gcode/emitter.hpp"
#include "_core/gcode/flags.hpp"
#include "_core/gcode/hints.hpp"
#include "_core/gcode/machine.hpp"
#include "_core/gcode/words.hpp"
#include "_core/segment.hpp"

namespace c3po::gcode {

constexpr std::size_t kLongestLine = 1 << 16;  // no command is longer; the rest of a longer line is dropped and told

struct Counters {
  std::uint64_t bytes = 0;
  std::uint64_t commands = 0;
  std::uint64_t moves = 0;           // G0 to G5 with a displacement
  std::uint64_t extruding_moves = 0;
  std::uint64_t arcs = 0;
  std::uint64_t macros = 0;          // commands by name
  std::uint64_t unknown_commands = 0;
  std::uint64_t bad_checksums = 0;
  std::uint64_t dots = 0;            // material pushed out on the spot
  std::uint64_t tool_changes = 0;
};

class GcodeReader {
 public:
  explicit GcodeReader(SegmentSink& sink) : emitter_(sink) {}

  // Any split of the bytes gives the same segments. Segments of whole lines reach the sink before this returns.
  void feed(const char* data, std::size_t n);
  // The last line may lack its end. Nothing may be fed afterwards.
  void finish();

  std::vector<std::string> flags() const;
  std::uint64_t flag_count(std::size_t flag) const { return flags_.count(flag); }
  const Counters& counters() const { return counters_; }
  std::uint64_t layers() const { return emitter_.layers; }
  std::uint64_t n_segments() const { return emitter_.n_segments; }
  Kind kind() const;
  double z_mm() const { return emitter_.z_mm; }
  double material_mm() const { return emitter_.material_mm; }
  bool finished() const { return finished_; }

 private:
  enum class Encoding : std::uint8_t { undecided, bytes, utf16_le, utf16_be };
  struct State {  // what SAVE_GCODE_STATE, G60 and M120 keep
    std::uint32_t name = 0;
    bool used = false;
    Machine machine;
  };

  // reader.cpp: bytes to lines
  void decide_encoding();
  void feed_utf16(const char* data, std::size_t n);
  void feed_text(const char* data, std::size_t n);
  void keep_pending(const char* data, std::size_t n);
  void read_lines(const char* p, const char* end, std::uint64_t offset);
  const char* read_simple_move(const char* p);

  // lines.cpp: a line to commands
  void read_line(const char* p, const char* end, std::uint64_t offset);
  void read_clean_line(const char* p, const char* end);
  void read_commands(const char* begin, const char* p);
  const char* read_words(const char* p, char letter, bool is_text);
  const char* skip_parenthesis(const char* p);
  void check_checksum(const char* begin, const char* star);

  // commands.cpp: commands to changes of state
  void run(char letter, double number);
  void run_g(int code, int tenth);
  void run_m(int code);
  void select_tool(double number);
  void set_target();
  void set_extruder_steps();
  void note_unknown(bool could_move);

  // places.cpp: the map from words to places
  void set_offset(Point& part);
  void babystep();
  void set_position();
  void set_work_offset();
  void home_axes();
  void keep_state(std::uint32_t name);
  void bring_back_state(std::uint32_t name, bool keep_position);

  // named.cpp: Klipper's and RepRapFirmware's commands by name
  void run_named(const char* p, const char* end);
  void set_gcode_offset(const char* p, const char* end);

  // moves.cpp and curved_moves.cpp: motion
  void move_straight();
  void move_arc(bool clockwise);
  void move_spline();
  void move_cycle();
  Point target(std::uint32_t& touched) const;
  double extrusion();
  double doubtful_advance(double word);
  void travel_or_lay(const Point& target, std::uint32_t touched, double extruded);
  void lay_points(double extruded, std::uint32_t touched);
  bool arc_of_words(const Point& end, Arc& arc);
  bool spend_curve_points(std::size_t n);
  void before_material();

  Emitter emitter_;
  FlagCounts flags_;
  Counters counters_;
  Machine machine_;
  Hints hints_;
  Words words_;
  std::vector<Point> points_;
  std::array<State, 16> states_;
  std::uint64_t offset_ = 0;  // of the command being read, in the decoded text

  // Lines cut by the end of a piece.
  std::string pending_, scratch_, decoded_;
  std::uint64_t pending_offset_ = 0, decoded_bytes_ = 0;
  Encoding encoding_ = Encoding::undecided;
  std::string head_;       // the first bytes, until the encoding is decided
  int odd_byte_ = -1;      // half of a UTF-16 unit
  bool after_cr_ = false;  // the last line ended in a carriage return
  std::uint64_t lone_crs_ = 0, line_feeds_ = 0;
  bool finished_ = false;

  // What the rest of the job decides.
  std::uint64_t doubtful_next_ = 0;     // flags raised if any material follows
  std::uint64_t doubtful_between_ = 0;  // the same, noted only behind earlier material
  std::uint32_t doubtful_axes_ = 0;     // position lost, bit per axis, until an absolute move finds it again
  bool bad_line_ = false, no_offset_ = false, laid_by_e_ = false;
  int conditional_depth_ = 0;
  double conditional_mm_ = 0.0, cold_mm_ = 0.0;
  double e_highest_ = 0.0, dots_mm_ = 0.0, extruded_mm_ = 0.0;
  std::uint64_t curve_points_ = 0;
  std::uint64_t heater_commands_ = 0, beam_switches_ = 0, power_words_ = 0, fan_switches_ = 0, spindle_cuts_ = 0;
  std::uint64_t crowded_lines_ = 0, words_in_parentheses_ = 0;
  bool plunges_ = false, ended_ = false;

  static std::uint64_t bit(Flag flag) { return 1ULL << static_cast<unsigned>(flag); }
  Kind kind_without_material() const;
  void settle_kind();
};

}  // namespace c3po::gcode
