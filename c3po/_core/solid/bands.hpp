// A straight bead on the grid: in each row of cells one interval, eight rows at a time.
#pragma once
#include <algorithm>
#include <cstdint>

#include "_core/solid/bricks.hpp"

namespace c3po {

// Places across the grid are whole numbers, 2^24 to a cell, so that every processor lays the same cells.
constexpr int fixed_bits = 24;
constexpr float shrink = 0.02f;  // cells touched by less than this, in cells, do not count
constexpr std::int64_t fixed_shrink = std::int64_t(double(shrink) * (1 << fixed_bits));
inline std::int64_t fixed(float value) { return std::int64_t(double(value) * (1 << fixed_bits)); }

// The cells of a bead: from left to right in the first row, both moving by a step from row to row, cut to the ends.
struct Band {
  std::int64_t left, right, step, left_end, right_end;

  // First and last brick that rows i0 to i1 touch.
  int first_brick(int i0, int i1) const {
    return int(std::max(left_end, left + std::min(i0 * step, i1 * step)) >> fixed_bits) >> 3;
  }
  int last_brick(int i0, int i1) const {
    return (int(std::min(right_end, right + std::max(i0 * step, i1 * step)) >> fixed_bits) + 1) >> 3;
  }
};

// Fills the cells of rows y0 to y1 in the slices of span.
using LayBand = void (*)(BrickMap& map, const Band& band, int y0, int y1, const RowSpan& span, Plane plane);

// The quickest that this processor runs, and the one that every processor runs; they fill the same cells.
LayBand best_lay_band();
void lay_band_plain(BrickMap& map, const Band& band, int y0, int y1, const RowSpan& span, Plane plane);

}  // namespace c3po
