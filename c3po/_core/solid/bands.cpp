#include "_core/solid/bands.hpp"

#define C3PO_INLINE inline __attribute__((always_inline))

namespace c3po {

namespace {

constexpr std::int64_t brick_width = std::int64_t(8) << fixed_bits;

std::int64_t positive(std::int64_t value) { return value & ~(value >> 63); }

// A row at a time.
struct PlainRows {
  std::uint64_t cells[8];

  // Rows i0 to i1 of a band whose row i lies in row shift + i of the brick; bit 0 is the cell at origin.
  C3PO_INLINE PlainRows(const Band& band, int i0, int i1, int shift, std::int64_t origin) : cells{} {
    for (int i = i0; i <= i1; ++i) {
      const std::int64_t low = band.left_end + positive(band.left + i * band.step - band.left_end) - origin;
      const std::int64_t high = band.right_end - positive(band.right_end - band.right - i * band.step) - origin;
      const std::int64_t x0 = low >> fixed_bits, x1 = std::max(low, high) >> fixed_bits;
      const std::uint64_t empty = std::uint64_t((high + 2 * fixed_shrink - low) >> 63);
      cells[shift + i] = (~0ull << (x0 & 63)) & (~0ull >> (63 - (x1 & 63))) & ~empty;
    }
  }

  // The cells of the next brick, bit row * 8 + column.
  C3PO_INLINE std::uint64_t next_brick() {
    std::uint64_t mask = 0;
    for (int i = 0; i < 8; ++i) {
      mask |= (cells[i] & 0xFF) << (8 * i);
      cells[i] >>= 8;
    }
    return mask;
  }
};

#if defined(__x86_64__)
// The same without a branch, four rows to a register.
struct VectorRows {
  typedef std::int64_t Row __attribute__((vector_size(32)));
  typedef std::uint64_t Cells __attribute__((vector_size(32)));
  Cells cells[2];
  std::uint64_t used;

  C3PO_INLINE VectorRows(const Band& band, int i0, int i1, int shift, std::int64_t origin) {
    const Row none = {}, by_1 = {0, -1, 0, -1}, by_2 = {0, 0, -1, -1};
    const std::int64_t step = band.step, begin = shift * step;
    Row steps = (by_1 & step) + (by_2 & (2 * step));
    for (Cells& four : cells) {
      Row low = steps + (band.left - begin), high = steps + (band.right - begin);
      low = (low > band.left_end ? low : none + band.left_end) - origin;
      high = (high < band.right_end ? high : none + band.right_end) - origin;
      const Row last = low > high ? low : high, empty = (high + 2 * fixed_shrink - low) >> 63;
      const Cells x0 = (Cells(low) >> fixed_bits) & 63, x1 = (Cells(last) >> fixed_bits) & 63;
      four = (~Cells{} << x0) & (~Cells{} >> (63 - x1)) & ~Cells(empty);
      steps += 4 * step;
    }
    used = (~0ull << (8 * (shift + i0))) & (~0ull >> (8 * (7 - shift - i1)));
  }

  C3PO_INLINE std::uint64_t next_brick() {
    const Cells places = {0, 8, 16, 24};
    const Cells joined = ((cells[0] & 0xFF) << places) | ((cells[1] & 0xFF) << (places + 32));
    for (Cells& four : cells) four >>= 8;
    return ((joined[0] | joined[1]) | (joined[2] | joined[3])) & used;
  }
};
#endif

template <typename Rows>
C3PO_INLINE void lay_rows(BrickMap& map, const Band& band, int y0, int y1, const RowSpan& span, Plane plane) {
  for (int brick_y = y0 >> 3; brick_y <= y1 >> 3; ++brick_y) {
    const int y = brick_y * 8, i0 = std::max(y0, y) - y0, i1 = std::min(y1, y + 7) - y0;
    const int first = band.first_brick(i0, i1), last = band.last_brick(i0, i1);
    if (last - first >= 8) {  // flat and long: more than a word
      for (int i = i0; i <= i1; ++i) {
        const int x0 = int(std::max(band.left + i * band.step, band.left_end) >> fixed_bits);
        const int x1 = int(std::min(band.right + i * band.step, band.right_end) >> fixed_bits);
        if (x0 <= x1) map.set_row(x0, x1, y0 + i, span, plane);
      }
      continue;
    }
    Rows rows(band, i0, i1, y0 - y, std::int64_t(first) * brick_width);
    for (int brick = first; brick <= last; ++brick) {
      const std::uint64_t mask = rows.next_brick();
      if (mask != 0) map.set_columns(brick, brick_y, mask, span, plane);
    }
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void lay_band_avx2(BrickMap& map, const Band& band, int y0, int y1, const RowSpan& span, Plane plane) {
  lay_rows<VectorRows>(map, band, y0, y1, span, plane);
}
#endif

}  // namespace

void lay_band_plain(BrickMap& map, const Band& band, int y0, int y1, const RowSpan& span, Plane plane) {
  lay_rows<PlainRows>(map, band, y0, y1, span, plane);
}

LayBand best_lay_band() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return lay_band_avx2;
#endif
  return lay_band_plain;
}

}  // namespace c3po
