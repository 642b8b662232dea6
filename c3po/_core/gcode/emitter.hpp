// Turns moves into segments for a sink: joins tiny ones, drops impossible ones, counts layers by the height of the
// material, and holds back feed moves without material until it is known whether the job is a print or a cut.
#pragma once
#include <cstdint>
#include <vector>

#include "_core/gcode/flags.hpp"
#include "_core/gcode/hints.hpp"
#include "_core/gcode/machine.hpp"
#include "_core/segment.hpp"

namespace c3po::gcode {

enum class Kind : std::uint8_t { nothing, fdm, cnc, laser };

class Emitter {
 public:
  explicit Emitter(SegmentSink& sink) : sink_(sink) { batch_.reserve(kBatch); }

  // A straight move that lays material; flow is the extruder's travel, mm, and 0 when the file does not tell.
  void material(const Point& from, const Point& to, double flow, const Hints& hints, int tool, std::uint64_t offset,
                FlagCounts& flags);
  // A feed move without material: a travel of a print, or a cut.
  void feed_move(const Point& from, const Point& to, bool beam_on, std::uint64_t offset, FlagCounts& flags);
  // Hands everything that is decided to the sink.
  void flush();
  // The end of the job: a job without material becomes its cuts when it is a print without E words, CNC or laser.
  void finish(Kind without_material);

  Kind kind = Kind::nothing;
  std::uint64_t layers = 0;
  double z_mm = 0.0;         // height of the nozzle over the last material
  double material_mm = 0.0;  // length of all material
  std::uint64_t n_segments = 0;

  bool has_material() const { return material_mm > 0.0; }
  std::size_t n_commands_held() const { return n_commands_held_; }  // an arc is one
  bool holds_beams() const { return n_beams_held_ > 0; }
  bool holding_overflows() const { return held_.size() >= kMostHeld; }
  // Share of the length that was laid with less than a 256th of the usual flow.
  double faint_share() const;

 private:
  static constexpr std::size_t kBatch = 1024;
  static constexpr std::size_t kMostHeld = 1 << 17;

  struct Cut {
    Segment segment;
    bool beam_on;
  };

  void emit(const Segment& segment);
  void emit_pending_tiny();
  void note_layer(double from_z, double to_z);

  SegmentSink& sink_;
  std::vector<Segment> batch_;
  std::vector<Cut> held_;
  std::size_t n_beams_held_ = 0, n_commands_held_ = 0;
  Segment tiny_{};           // a run of moves too short to be worth a segment each
  bool has_tiny_ = false;
  double layer_z_ = -1e9, below_z_ = 0.0;
  float layer_height_ = 0.0F;
  double length_by_flow_[64] = {};
};

}  // namespace c3po::gcode
