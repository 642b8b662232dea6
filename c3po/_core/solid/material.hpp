// What a job lays down, on a voxel grid: beads of a toolpath or triangles of a mesh. Parts are told apart elsewhere.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "_core/segment.hpp"
#include "_core/solid/bricks.hpp"

namespace c3po {

// The box of the faces that can be used: every vertex exists and lies within 1000 km.
struct MeshBounds {
  double lower[3] = {1e300, 1e300, 1e300}, upper[3] = {-1e300, -1e300, -1e300};
  std::size_t unusable = 0;
};
// faces: n x 3 numbers of vertices, or null when every three vertices are a face.
MeshBounds mesh_bounds(const double* vertices, std::size_t n_vertices, const std::int32_t* faces, std::size_t n_faces);

class Material : public SegmentSink {
 public:
  // A voxel is pitch_mm wide; the corner of voxel (0, 0, 0) lies at origin_mm.
  explicit Material(double pitch_mm, std::array<double, 3> origin_mm = {0, 0, 0}, std::size_t max_bricks = 32768);

  // Every voxel that a bead touches. The bead reaches from z - height to z. Coordinates beyond 10 m are dropped.
  void add_segments(const Segment* segments, std::size_t n) override;

  // Every voxel that a triangle touches, and every voxel around which the surface winds (nonzero, two of three
  // axes): right for inverted and overlapping bodies, nearly right for open ones. corners: n x 3 x 3, mm. Each call
  // takes one mesh. Faces beyond 1000 km or with a vertex that does not exist are dropped.
  void add_triangles(const double* corners, std::size_t n) { add_mesh(corners, n * 3, nullptr, n); }
  void add_mesh(const double* vertices, std::size_t n_vertices, const std::int32_t* faces, std::size_t n_faces);

  double pitch_mm() const { return pitch_mm_; }
  const std::array<double, 3>& origin_mm() const { return origin_mm_; }
  const BrickMap& map() const { return map_; }
  std::uint64_t segments() const { return segments_; }
  std::uint64_t dropped() const { return dropped_; }
  // Share of lines through the mesh that go in and do not come out; 0 for a closed surface.
  double open_fraction() const { return crossed_lines_ == 0 ? 0 : double(open_lines_) / double(crossed_lines_); }
  // Printed layers with their top between two heights, mm.
  int layers_between(double low_mm, double high_mm) const;

 private:
  void add_bead(const Segment& segment);
  void add_piece(const float start[3], const float end[3], float width_mm, float height_mm, bool hinted);
  void note_layer(double z_mm, double height_mm);
  void coarsen();

  double pitch_mm_;
  std::array<double, 3> origin_mm_;
  std::size_t max_bricks_;
  BrickMap map_;
  std::uint64_t segments_ = 0, dropped_ = 0, rows_ = 0;
  std::uint64_t open_lines_ = 0, crossed_lines_ = 0;
  std::vector<std::uint64_t> layer_tops_;  // one bit per 0.02 mm of height
  double last_layer_mm_ = -1, least_height_mm_ = 1e9;
};

}  // namespace c3po
