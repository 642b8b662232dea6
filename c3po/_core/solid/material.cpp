#include "_core/solid/material.hpp"

#include <algorithm>
#include <climits>
#include <cmath>

namespace c3po {

namespace {

constexpr double far_mm = 10000;        // nothing beyond is a bed
constexpr double default_width_mm = 0.45, default_height_mm = 0.2, widest_mm = 5;
constexpr double shrink = 0.02;         // voxels touched by less than this, in voxels, do not count
constexpr double least_pitch_mm = 0.01; // for beads: finer than any nozzle
constexpr double layer_step_mm = 0.02;  // heights closer than this are one layer
constexpr int max_layer_steps = 100000;

bool hinted(Feature feature) { return feature >= Feature::skirt; }

// First and last cell that the interval [low, high] touches.
int floor_of(double value) {  // std::floor is a call where the processor is not known to have an instruction
  const int whole = int(value);
  return whole - (value < whole);
}
int first_cell(double low) { return floor_of(low + shrink); }
int last_cell(double high) { return -floor_of(shrink - high) - 1; }

}  // namespace

Material::Material(double pitch_mm, std::array<double, 3> origin_mm, std::size_t max_bricks)
    : pitch_mm_(pitch_mm), origin_mm_(origin_mm), max_bricks_(max_bricks), layer_tops_(max_layer_steps / 64 + 1, 0) {}

void Material::add_segments(const Segment* segments, std::size_t n) {
  while (n > 0 && pitch_mm_ < least_pitch_mm) coarsen();
  for (std::size_t i = 0; i < n; ++i) {
    add_bead(segments[i]);
    // Long beads cost by their length: a file of nothing else ends on a coarser grid instead of taking minutes.
    if (map_.size() > max_bricks_ || rows_ > 300000000 + 300 * segments_) coarsen();
  }
}

void Material::add_bead(const Segment& segment) {
  double start[3], end[3], low = 0, high = 0;
  for (int axis = 0; axis < 3; ++axis) {
    start[axis] = segment.start_mm[axis];
    end[axis] = segment.end_mm[axis];
    low = std::min({low, start[axis], end[axis]});
    high = std::max({high, start[axis], end[axis]});
    if (!(std::fabs(start[axis]) <= far_mm) || !(std::fabs(end[axis]) <= far_mm)) low = -2 * far_mm;
  }
  if (!(low >= -far_mm && high <= far_mm)) {
    ++dropped_;
    return;
  }
  ++segments_;
  const double width = segment.width_mm > 0 ? std::min<double>(segment.width_mm, widest_mm) : default_width_mm;
  const double height = segment.height_mm > 0 ? std::min<double>(segment.height_mm, widest_mm) : default_height_mm;
  note_layer(end[2], height);
  // A steep bead is laid in pieces that each rise by a voxel at most.
  const double rise = std::fabs(end[2] - start[2]) / pitch_mm_;
  const int pieces = rise <= 1 ? 1 : int(std::ceil(rise));
  for (int i = 0; i < pieces; ++i) {
    double from[3], to[3];
    for (int axis = 0; axis < 3; ++axis) {
      from[axis] = start[axis] + (end[axis] - start[axis]) * i / pieces;
      to[axis] = start[axis] + (end[axis] - start[axis]) * (i + 1) / pieces;
    }
    add_piece(from, to, width, height, hinted(segment.feature));
  }
}

void Material::add_piece(const double start[3], const double end[3], double width_mm, double height_mm, bool hint) {
  const double scale = 1 / pitch_mm_, r = 0.5 * width_mm * scale;
  const double ax = (start[0] - origin_mm_[0]) * scale, ay = (start[1] - origin_mm_[1]) * scale;
  const double bx = (end[0] - origin_mm_[0]) * scale, by = (end[1] - origin_mm_[1]) * scale;
  const double top = (std::max(start[2], end[2]) - origin_mm_[2]) * scale;
  const double bottom = (std::min(start[2], end[2]) - height_mm - origin_mm_[2]) * scale;
  const int z0 = first_cell(bottom), z1 = std::max(z0, last_cell(top));
  const double low_x = std::min(ax, bx) - r, high_x = std::max(ax, bx) + r;
  const int y0 = first_cell(std::min(ay, by) - r), y1 = std::max(y0, last_cell(std::max(ay, by) + r));
  rows_ += std::uint64_t(y1 - y0 + 1) + std::uint64_t((high_x - low_x) / 8);
  const double dx = bx - ax, dy = by - ay;
  if (std::fabs(dy) < 1e-9 || y1 - y0 < 2) {
    const int x0 = first_cell(low_x), x1 = std::max(x0, last_cell(high_x));
    for (int y = y0; y <= y1; ++y) set_row(x0, x1, y, z0, z1, hint);
    return;
  }
  // The bead is the band |distance to the line| <= r, cut to the box around it: in a row of cells, one interval.
  const double slope = dx / dy, half = r * std::sqrt(dx * dx + dy * dy) / std::fabs(dy);
  const double lean = std::fabs(slope) * (0.5 - shrink) + half;
  const bool one_brick_high = z0 >> 3 == z1 >> 3;
  int held_x = INT_MIN, held_y = INT_MIN;
  std::uint64_t* held = nullptr;  // slices of the brick of the last row: most rows go on in it
  for (int y = y0; y <= y1; ++y) {
    const double middle = ax + (y + 0.5 - ay) * slope;
    const double low = std::max(low_x, middle - lean), high = std::min(high_x, middle + lean);
    if (low > high) continue;
    const int x0 = first_cell(low), x1 = std::max(x0, last_cell(high));
    if (!one_brick_high || x0 >> 3 != x1 >> 3) {
      set_row(x0, x1, y, z0, z1, hint);
      held = nullptr;  // a new brick may have moved the others
      continue;
    }
    if (held == nullptr || held_x != x0 >> 3 || held_y != y >> 3) {
      held_x = x0 >> 3;
      held_y = y >> 3;
      Brick& brick = map_.at(held_x, held_y, z0 >> 3);
      held = hint ? brick.hinted : brick.part;
    }
    const std::uint64_t bits = std::uint64_t((0xFFu >> (7 - (x1 - x0))) << (x0 & 7)) << ((y & 7) * 8);
    held[z0 & 7] |= bits;
    held[z1 & 7] |= bits;
    for (int z = (z0 & 7) + 1; z < (z1 & 7); ++z) held[z] |= bits;
  }
}

void Material::set_row(int x0, int x1, int y, int z0, int z1, bool hint) {
  for (int brick_x = x0 >> 3; brick_x <= x1 >> 3; ++brick_x) {
    const int from = std::max(x0 - brick_x * 8, 0), to = std::min(x1 - brick_x * 8, 7);
    const std::uint64_t bits = std::uint64_t((0xFFu >> (7 - (to - from))) << from) << ((y & 7) * 8);
    for (int brick_z = z0 >> 3; brick_z <= z1 >> 3; ++brick_z) {
      Brick& brick = map_.at(brick_x, y >> 3, brick_z);
      std::uint64_t* slices = hint ? brick.hinted : brick.part;
      const int low = std::max(z0 - brick_z * 8, 0), high = std::min(z1 - brick_z * 8, 7);
      slices[low] |= bits;
      slices[high] |= bits;
      for (int z = low + 1; z < high; ++z) slices[z] |= bits;
    }
  }
}

void Material::coarsen() {
  // The grid keeps its corner, so that a voxel of the new grid covers eight whole voxels of the old.
  map_.coarsen();
  pitch_mm_ *= 2;
  rows_ /= 2;
}

void Material::note_layer(double z_mm, double height_mm) {
  if (z_mm == last_layer_mm_) return;
  last_layer_mm_ = z_mm;
  least_height_mm_ = std::min(least_height_mm_, height_mm);
  const double step = z_mm / layer_step_mm + 0.5;
  if (step >= 0 && step < max_layer_steps) layer_tops_[std::size_t(step) >> 6] |= 1ull << (std::size_t(step) & 63);
}

int Material::layers_between(double low_mm, double high_mm) const {
  // In a spiral every move has its own height, so heights count as one layer until they differ by half a bead.
  const double apart = std::max(1.0, 0.5 * std::min(least_height_mm_, 1.0) / layer_step_mm);
  const double low = std::max(0.0, low_mm / layer_step_mm), high = std::min(double(max_layer_steps), high_mm / layer_step_mm + 1);
  double last = -1e9;
  int layers = 0;
  for (std::size_t step = std::size_t(low); double(step) < high; ++step) {
    if ((layer_tops_[step >> 6] >> (step & 63) & 1) == 0 || double(step) - last < apart) continue;
    last = double(step);
    ++layers;
  }
  return layers;
}

}  // namespace c3po
