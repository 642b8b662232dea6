#include "_core/solid/material.hpp"

#include <algorithm>
#include <cmath>

namespace c3po {

namespace {

constexpr float far_mm = 10000;        // nothing beyond is a bed
constexpr float default_width_mm = 0.45f, default_height_mm = 0.2f, widest_mm = 5;
constexpr double least_pitch_mm = 0.01;  // for beads: finer than any nozzle
constexpr double layer_step_mm = 0.02;   // heights closer than this are one layer
constexpr int max_layer_steps = 200000;
constexpr int bed_step = max_layer_steps / 2;  // offsets may put a job below the bed

constexpr std::size_t longest_path = 1 << 16;  // beads that are kept until a path ends
constexpr float seam_mm = 0.8f;          // slicers leave a loop open by up to a bead and what oozes on
constexpr float least_depth_mm = 0.15f, deepest_widths = 1.3f;  // of an outline in the next one
constexpr std::size_t most_loops = 64;

bool is_hinted(const Segment& segment) { return segment.feature >= Feature::skirt; }

float width_of(const Segment& segment) {
  return segment.width_mm > 0 ? std::min(segment.width_mm, widest_mm) : default_width_mm;
}

float height_of(const Segment& segment) {
  return segment.height_mm > 0 ? std::min(segment.height_mm, widest_mm) : default_height_mm;
}

float distance(const float a[3], const float b[3]) {
  const float x = b[0] - a[0], y = b[1] - a[1], z = b[2] - a[2];
  return std::sqrt(x * x + y * y + z * z);
}

// First and last cell that the interval [low, high] touches.
int floor_of(float value) {  // std::floor is a call where the processor is not known to have an instruction
  const int whole = int(value);
  return whole - (value < float(whole));
}
int first_cell(float low) { return floor_of(low + shrink); }
int last_cell(float high) { return -floor_of(shrink - high) - 1; }

}  // namespace

Material::Material(double pitch_mm, std::array<double, 3> origin_mm, std::size_t max_bricks, LayBand lay_band)
    : pitch_mm_(pitch_mm),
      scale_(float(1 / pitch_mm)),
      origin_mm_(origin_mm),
      max_bricks_(max_bricks),
      lay_band_(lay_band),
      layer_tops_(max_layer_steps / 64 + 1, 0) {}

bool Path::continues_with(const Segment& next) const {
  const Segment& last = beads.back();
  return std::equal(next.start_mm, next.start_mm + 3, last.end_mm) && next.tool == last.tool;
}

Loop::Loop(const std::vector<Segment>& beads) {
  const float* origin = beads.front().start_mm;
  double area = 0, length = 0;
  for (const Segment& bead : beads) {
    for (int axis = 0; axis < 2; ++axis) {
      low[axis] = std::min(low[axis], bead.end_mm[axis]);
      high[axis] = std::max(high[axis], bead.end_mm[axis]);
    }
    const double ax = bead.start_mm[0] - origin[0], ay = bead.start_mm[1] - origin[1];
    const double bx = bead.end_mm[0] - origin[0], by = bead.end_mm[1] - origin[1];
    area += 0.5 * (ax * by - ay * bx);
    length += std::fabs(bx - ax) + std::fabs(by - ay);
  }
  area_mm2 = float(std::fabs(area));
  length_mm = float(length);
}

bool Loop::lines(const Loop& other, float deepest_mm) const {
  int near = 0;
  for (int axis = 0; axis < 2; ++axis) {
    for (float depth : {low[axis] - other.low[axis], other.high[axis] - high[axis]}) {
      if (depth < least_depth_mm) return false;
      near += depth <= deepest_mm;
    }
  }
  return near >= 2 && other.area_mm2 - area_mm2 <= 1.2f * deepest_mm * other.length_mm;
}

// Whether the path is back where it began, after it was further away than a seam is wide.
bool Path::comes_back(const Segment& last) {
  const float away = distance(beads.front().start_mm, last.end_mm);
  far_mm = std::max(far_mm, away);
  return away <= seam_mm && far_mm > 2 * seam_mm;
}

void Material::add_segments(const Segment* segments, std::size_t n) {
  while (n > 0 && pitch_mm_ < least_pitch_mm) coarsen();
  for (std::size_t i = 0; i < n; ++i) {
    const Segment& segment = segments[i];
    if (!accept(segment)) continue;
    if (!path_.beads.empty() && (!path_.continues_with(segment) || path_.beads.size() >= longest_path)) end_path(false);
    path_.beads.push_back(segment);
    if (path_.comes_back(segment)) end_path(true);
  }
}

Material Material::settled() const {
  Material copy = *this;
  copy.end_path(false);
  return copy;
}

// Whether another loop of the layer runs along this one, a bead further in or out: parts are printed with two outlines or
// more, while the wall around a support is single.
bool Material::is_lined(const Loop& loop, float z_mm, float width_mm) {
  if (z_mm != loops_mm_) loops_.clear();
  loops_mm_ = z_mm;
  const float deepest_mm = deepest_widths * width_mm;
  const bool found = std::any_of(loops_.rbegin(), loops_.rend(), [&](const Loop& other) {
    return loop.lines(other, deepest_mm) || other.lines(loop, deepest_mm);
  });
  if (loops_.size() >= most_loops) loops_.erase(loops_.begin(), loops_.begin() + most_loops / 2);
  loops_.push_back(loop);
  return found;
}

void Material::end_path(bool loop) {
  if (loop) loop = is_lined(Loop(path_.beads), path_.beads.back().end_mm[2], width_of(path_.beads.back()));
  for (const Segment& bead : path_.beads) lay(bead, loop);
  path_.beads.clear();
  path_.far_mm = 0;
}

bool Material::accept(const Segment& segment) {
  const float *start = segment.start_mm, *end = segment.end_mm;
  float farthest = 0;
  for (int axis = 0; axis < 3; ++axis) farthest = std::max({farthest, std::fabs(start[axis]), std::fabs(end[axis])});
  // The sum is NaN when any of them is; a comparison with NaN is false.
  if (!(farthest <= far_mm) || !(start[0] + start[1] + start[2] + end[0] + end[1] + end[2] <= 6 * far_mm)) {
    ++dropped_;
    return false;
  }
  ++segments_;
  hinted_ += is_hinted(segment);
  if (end[2] != last_layer_mm_) note_layer(end[2], height_of(segment));
  return true;
}

// Where the material of a tool is kept apart; -1 while there is one tool alone.
int Material::place_of_tool(int tool) {
  if (tools_.size() == 1 && tools_[0] == tool) return -1;
  for (std::size_t i = 0; i < tools_.size(); ++i)
    if (tools_[i] == tool) return int(i);
  if (tools_.size() < max_tools) tools_.push_back(tool);
  if (tools_.size() == 1) return -1;
  if (maps_of_tool_.empty()) maps_of_tool_.push_back(maps_);  // all so far was the first tool's
  maps_of_tool_.resize(tools_.size());
  return int(tools_.size()) - 1;
}

Material Material::of_tools(const std::vector<int>& which) const {
  Material some = settled();
  const std::vector<int> tools = std::move(some.tools_);
  const std::vector<Maps> of_tool = std::move(some.maps_of_tool_);
  const Maps all = std::move(some.maps_);
  some.tools_.clear();
  some.maps_of_tool_.clear();
  some.maps_ = Maps();
  for (int index : which) {
    if (index < 0 || std::size_t(index) >= tools.size()) continue;
    some.tools_.push_back(tools[std::size_t(index)]);
    const Maps& from = of_tool.empty() ? all : of_tool[std::size_t(index)];
    some.maps_.part.add(from.part);
    some.maps_.hinted.add(from.hinted);
  }
  return some;
}

void Material::lay(const Segment& segment, bool loop) {
  const float *start = segment.start_mm, *end = segment.end_mm;
  const float width = width_of(segment), height = height_of(segment);
  const Plane plane = loop ? looped : plain;
  const int place = place_of_tool(segment.tool);
  const auto map_of = [&](Maps& maps) -> BrickMap& { return is_hinted(segment) ? maps.hinted : maps.part; };
  const auto lay_both = [&](const float from[3], const float to[3]) {
    lay_piece(map_of(maps_), from, to, width, height, plane);
    if (place >= 0) lay_piece(map_of(maps_of_tool_[std::size_t(place)]), from, to, width, height, plane);
  };
  // A steep bead is laid in pieces that each rise by a voxel at most.
  const float rise = std::fabs(end[2] - start[2]) * scale_;
  const int pieces = rise <= 1 ? 1 : int(std::ceil(rise));
  if (pieces == 1) lay_both(start, end);
  for (int i = 0; i < pieces && pieces > 1; ++i) {
    float from[3], to[3];
    for (int axis = 0; axis < 3; ++axis) {
      from[axis] = start[axis] + (end[axis] - start[axis]) * float(i) / float(pieces);
      to[axis] = start[axis] + (end[axis] - start[axis]) * float(i + 1) / float(pieces);
    }
    lay_both(from, to);
  }
  // Long beads cost by their length: a file of nothing else ends on a coarser grid instead of taking minutes.
  if (maps_.size() > max_bricks_ || rows_ > 300000000 + 300 * segments_) coarsen();
}

void Material::lay_piece(BrickMap& map, const float start[3], const float end[3], float width_mm, float height_mm, Plane plane) {
  const float scale = scale_, r = 0.5f * width_mm * scale;
  const float ax = (start[0] - float(origin_mm_[0])) * scale, ay = (start[1] - float(origin_mm_[1])) * scale;
  const float bx = (end[0] - float(origin_mm_[0])) * scale, by = (end[1] - float(origin_mm_[1])) * scale;
  const float top = (std::max(start[2], end[2]) - float(origin_mm_[2])) * scale;
  const float bottom = (std::min(start[2], end[2]) - height_mm - float(origin_mm_[2])) * scale;
  const int z0 = first_cell(bottom), z1 = std::max(z0, last_cell(top));
  const float low_x = std::min(ax, bx) - r, high_x = std::max(ax, bx) + r;
  const int y0 = first_cell(std::min(ay, by) - r), y1 = std::max(y0, last_cell(std::max(ay, by) + r));
  rows_ += std::uint64_t(y1 - y0 + 1) + std::uint64_t((high_x - low_x) * 0.125f);
  // The bead is the band |distance to the line| <= r, cut to the box around it: in a row of cells, one interval.
  const float dx = bx - ax, dy = by - ay;
  float slope = 0, lean = high_x - low_x, first = 0.5f * (ax + bx);
  if (std::fabs(dy) > 1e-3f) {
    slope = dx / dy;
    lean = std::fabs(slope) * (0.5f - shrink) + r * std::sqrt(1 + slope * slope);
    first = ax + (float(y0) + 0.5f - ay) * slope;
  }
  // Rows are walked in whole numbers: 2^24 to a voxel.
  const Band band{fixed(first - lean + shrink), fixed(first + lean - shrink) - 1, fixed(slope), fixed(low_x + shrink),
                  fixed(high_x - shrink) - 1};
  lay_band_(map, band, y0, y1, RowSpan(z0, z1), plane);
}

void Material::coarsen() {
  // The grid keeps its corner, so that a voxel of the new grid covers eight whole voxels of the old.
  maps_.coarsen();
  for (Maps& maps : maps_of_tool_) maps.coarsen();
  pitch_mm_ *= 2;
  scale_ = float(1 / pitch_mm_);
  rows_ /= 2;
}

void Material::note_layer(double z_mm, double height_mm) {
  last_layer_mm_ = z_mm;
  least_height_mm_ = std::min(least_height_mm_, height_mm);
  const double step = z_mm / layer_step_mm + bed_step + 0.5;
  if (step >= 0 && step < max_layer_steps) layer_tops_[std::size_t(step) >> 6] |= 1ull << (std::size_t(step) & 63);
}

int Material::layers_between(double low_mm, double high_mm) const {
  // In a spiral every move has its own height, so heights count as one layer until they differ by half a bead.
  const double apart = std::max(1.0, 0.5 * std::min(least_height_mm_, 1.0) / layer_step_mm);
  const double low = std::max(0.0, low_mm / layer_step_mm + bed_step);
  const double high = std::min(double(max_layer_steps), high_mm / layer_step_mm + bed_step + 1);
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
