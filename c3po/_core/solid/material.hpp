// What a job lays down, on a voxel grid: beads of a toolpath or triangles of a mesh. Parts are told apart elsewhere.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "_core/segment.hpp"
#include "_core/solid/bands.hpp"
#include "_core/solid/bricks.hpp"

namespace c3po {

// The box of the faces that can be used: every vertex exists and lies within 1000 km.
struct MeshBounds {
  double lower[3] = {1e300, 1e300, 1e300}, upper[3] = {-1e300, -1e300, -1e300};
  std::size_t unusable = 0;
};
// faces: n x 3 numbers of vertices, or null when every three vertices are a face.
MeshBounds mesh_bounds(const double* vertices, std::size_t n_vertices, const std::int32_t* faces, std::size_t n_faces);

// A closed loop in short: its box on the bed, mm, its length along x and y, mm, and the area it turns around, mm2.
struct Loop {
  float low[2] = {1e30f, 1e30f}, high[2] = {-1e30f, -1e30f};
  float length_mm = 0, area_mm2 = 0;

  explicit Loop(const std::vector<Segment>& beads);
  // Whether this loop runs along the inside of the other, at most so deep.
  bool lines(const Loop& other, float deepest_mm) const;
};

// Beads that follow one another without a gap, until the path comes back to where it began or ends elsewhere.
struct Path {
  std::vector<Segment> beads;
  float far_mm = 0;  // from the start of the path

  bool continues_with(const Segment& next) const;
  bool comes_back(const Segment& last);
};

// Material by what comments say of it: hinted is what they call skirt, support, tower or custom code. Kept apart so that
// solids with and without it can both be judged.
struct Maps {
  BrickMap part, hinted;

  void coarsen() {
    part.coarsen();
    hinted.coarsen();
  }
  std::size_t size() const { return part.size() + hinted.size(); }
};

class Material : public SegmentSink {
 public:
  static constexpr int max_tools = 8;  // kept apart; further tools share the last place

  // A voxel is pitch_mm wide; the corner of voxel (0, 0, 0) lies at origin_mm.
  explicit Material(double pitch_mm, std::array<double, 3> origin_mm = {0, 0, 0}, std::size_t max_bricks = 32768,
                    LayBand lay_band = best_lay_band());

  // Every voxel that a bead touches. The bead reaches from z - height to z. Coordinates beyond 10 m are dropped.
  void add_segments(const Segment* segments, std::size_t n) override;
  // A path is put on the grid when it ends. Whoever reads the map before asks for a copy in which it has ended.
  bool has_open_path() const { return !path_.beads.empty(); }
  Material settled() const;

  // Every voxel that a triangle touches, and every voxel around which the surface winds (nonzero, two of three
  // axes): right for inverted and overlapping bodies, nearly right for open ones. corners: n x 3 x 3, mm. Each call
  // takes one mesh. Faces beyond 1000 km or with a vertex that does not exist are dropped.
  void add_triangles(const double* corners, std::size_t n) { add_mesh(corners, n * 3, nullptr, n); }
  void add_mesh(const double* vertices, std::size_t n_vertices, const std::int32_t* faces, std::size_t n_faces);

  double pitch_mm() const { return pitch_mm_; }
  const std::array<double, 3>& origin_mm() const { return origin_mm_; }
  const Maps& maps() const { return maps_; }
  std::uint64_t segments() const { return segments_; }
  std::uint64_t hinted() const { return hinted_; }  // segments
  std::uint64_t dropped() const { return dropped_; }
  // Share of lines through the mesh that go in and do not come out; 0 for a closed surface.
  double open_fraction() const { return crossed_lines_ == 0 ? 0 : double(open_lines_) / double(crossed_lines_); }
  // Printed layers with their top between two heights, mm.
  int layers_between(double low_mm, double high_mm) const;
  // Tools that laid material, in the order of their first bead.
  const std::vector<int>& tools() const { return tools_; }
  // The material of some of the tools; indices into tools().
  Material of_tools(const std::vector<int>& which) const;

 private:
  bool accept(const Segment& segment);
  void end_path(bool loop);
  bool is_lined(const Loop& loop, float z_mm, float width_mm);
  void lay(const Segment& segment, bool loop);
  void lay_piece(BrickMap& map, const float start[3], const float end[3], float width_mm, float height_mm, Plane plane);
  int place_of_tool(int tool);
  void note_layer(double z_mm, double height_mm);
  void coarsen();

  double pitch_mm_;
  float scale_;  // voxels to a millimetre
  std::array<double, 3> origin_mm_;
  std::size_t max_bricks_;
  LayBand lay_band_;
  Maps maps_;
  std::vector<Maps> maps_of_tool_;  // empty while one tool laid everything
  std::vector<int> tools_;
  Path path_;
  std::vector<Loop> loops_;  // of this layer, the last ones
  float loops_mm_ = -1e30f;
  std::uint64_t segments_ = 0, hinted_ = 0, dropped_ = 0, rows_ = 0;
  std::uint64_t open_lines_ = 0, crossed_lines_ = 0;
  std::vector<std::uint64_t> layer_tops_;  // one bit per 0.02 mm of height
  double last_layer_mm_ = -1, least_height_mm_ = 1e9;
};

}  // namespace c3po
