// Voxels are averaged to cells of about four fifths of a pixel, or split where they are larger than one; cells are
// turned as points, four at a time, and shared out over the pixels they fall between.
#include "_core/imaging/turned.hpp"

#include <algorithm>
#include <vector>

namespace c3po {
namespace {

constexpr float kMargin = 1.f / 32.f;  // of the image, on each side; as in views.cpp
constexpr int kMostSplit = 16;

typedef float Four __attribute__((vector_size(16)));
typedef std::int32_t FourInts __attribute__((vector_size(16)));

Four all(float value) { return Four{value, value, value, value}; }
Four lower(Four a, Four b) { return a < b ? a : b; }
Four higher(Four a, Four b) { return a > b ? a : b; }
float lowest(Four a) { return std::min({a[0], a[1], a[2], a[3]}); }
float highest(Four a) { return std::max({a[0], a[1], a[2], a[3]}); }

struct Cells {  // centre and volume, in voxels of the grid or in blocks of voxels
  std::vector<Four> x, y, z, volume;
  std::size_t n = 0;

  void add(float at_x, float at_y, float at_z, float part) {
    const std::size_t lane = n++ % 4;
    if (lane == 0) {  // lanes that stay unused repeat this cell with no volume
      x.push_back(all(at_x));
      y.push_back(all(at_y));
      z.push_back(all(at_z));
      volume.push_back(all(0));
    }
    x.back()[lane] = at_x;
    y.back()[lane] = at_y;
    z.back()[lane] = at_z;
    volume.back()[lane] = part;
  }
};

Cells averaged(const std::uint8_t* voxels, int nx, int ny, int nz, int block) {
  const int mx = (nx + block - 1) / block, my = (ny + block - 1) / block, mz = (nz + block - 1) / block;
  std::vector<std::uint32_t> sums(std::size_t(mx) * my * mz, 0);
  for (int z = 0; z < nz; ++z)
    for (int y = 0; y < ny; ++y) {
      const std::uint8_t* row = voxels + (std::size_t(z) * ny + y) * nx;
      std::uint32_t* to = sums.data() + (std::size_t(z / block) * my + y / block) * mx;
      for (int x = 0, next = block; x < nx; ++to, next += block)
        for (; x < std::min(next, nx); ++x) *to += row[x] != 0;
    }
  Cells cells;
  const float share = 1.f / (float(block) * block * block);
  const std::uint32_t* sum = sums.data();
  for (int z = 0; z < mz; ++z)
    for (int y = 0; y < my; ++y)
      for (int x = 0; x < mx; ++x, ++sum)
        if (*sum) cells.add(x + .5f, y + .5f, z + .5f, share * *sum);
  return cells;
}

Cells divided(const std::uint8_t* voxels, int nx, int ny, int nz, int split) {
  Cells cells;
  const float step = 1.f / split, volume = step * step * step;
  for (int z = 0; z < nz; ++z)
    for (int y = 0; y < ny; ++y)
      for (int x = 0; x < nx; ++x)
        if (voxels[(std::size_t(z) * ny + y) * nx + x])
          for (int k = 0; k < split * split * split; ++k)
            cells.add(x + step * (k % split + .5f), y + step * (k / split % split + .5f),
                      z + step * (k / split / split + .5f), volume);
  return cells;
}

struct Pixels {  // of four cells along one axis of an image: the pixel before each, and how far towards the next
  FourInts before;
  Four past;
};

Pixels pixels(Four at, int size) {
  const Four inside = lower(higher(at - .5f, all(0)), all(size - 1.0001f));
  const FourInts before = __builtin_convertvector(inside, FourInts);
  return {before, inside - __builtin_convertvector(before, Four)};
}

// For every pixel the mass that goes to it, to the right, below, and below to the right: one addition for each cell.
class Plane {
 public:
  explicit Plane(int size) : size_(size), corners_(std::size_t(size) * size) {}

  void clear() { std::fill(corners_.begin(), corners_.end(), all(0)); }

  void lay(const Pixels& columns, const Pixels& rows, Four mass) {
    const Four down = mass * rows.past, stay = mass - down;
    const Four down_right = down * columns.past, right = stay * columns.past;
    const FourInts at = rows.before * size_ + columns.before;
    const Four to_left = stay - right, down_left = down - down_right;
    for (int lane = 0; lane < 4; ++lane)
      corners_[at[lane]] += Four{to_left[lane], right[lane], down_left[lane], down_right[lane]};
  }

  void write(float* image) const {
    for (int r = 0; r < size_; ++r)
      for (int c = 0; c < size_; ++c) {
        const Four* here = corners_.data() + std::size_t(r) * size_ + c;
        float sum = here[0][0];
        if (c) sum += here[-1][1];
        if (r) sum += here[-size_][2];
        if (r && c) sum += here[-size_ - 1][3];
        image[std::size_t(r) * size_ + c] = std::min(sum, 1.f);
      }
  }

 private:
  int size_;
  std::vector<Four> corners_;
};

}  // namespace

void turned_views(const std::uint8_t* voxels, int nx, int ny, int nz, const double* turns, int n, int size,
                  float* images) {
  const int longest = std::max({nx, ny, nz});
  const int block = std::max(1, int(longest / (1.25 * size) + .5));
  const int split = std::min(kMostSplit, (size + longest - 1) / longest);
  const Cells cells = split > 1 ? divided(voxels, nx, ny, nz, split) : averaged(voxels, nx, ny, nz, block);
  const std::size_t groups = cells.volume.size(), pixels_of_one = std::size_t(size) * size;
  if (!groups) {
    std::fill(images, images + n * 3 * pixels_of_one, 0.f);
    return;
  }
  std::vector<Four> at[3] = {std::vector<Four>(groups), std::vector<Four>(groups), std::vector<Four>(groups)};
  Plane xy(size), xz(size), yz(size);
  for (int k = 0; k < n; ++k, turns += 9, images += 3 * pixels_of_one) {
    float mid[3], extent = 0;
    for (int axis = 0; axis < 3; ++axis) {
      const float a = float(turns[3 * axis]), b = float(turns[3 * axis + 1]), c = float(turns[3 * axis + 2]);
      Four low = all(1e30f), high = all(-1e30f);
      for (std::size_t i = 0; i < groups; ++i) {
        const Four p = a * cells.x[i] + b * cells.y[i] + c * cells.z[i];
        at[axis][i] = p;
        low = lower(low, p);
        high = higher(high, p);
      }
      mid[axis] = (lowest(low) + highest(high)) / 2;
      extent = std::max(extent, highest(high) - lowest(low));
    }
    extent += 1.f / split;
    const float scale = size * (1.f - 2.f * kMargin) / extent, middle = size * .5f;
    const float thickness = scale * scale / extent;  // of one full cell, spread over the pixels
    for (Plane* plane : {&xy, &xz, &yz}) plane->clear();
    for (std::size_t i = 0; i < groups; ++i) {
      const Four x = scale * (at[0][i] - mid[0]), y = scale * (at[1][i] - mid[1]), z = scale * (at[2][i] - mid[2]);
      const Four mass = thickness * cells.volume[i];
      const Pixels across = pixels(middle + x, size), down = pixels(middle - z, size);
      xy.lay(across, pixels(middle - y, size), mass);
      xz.lay(across, down, mass);
      yz.lay(pixels(middle + y, size), down, mass);
    }
    xy.write(images);
    xz.write(images + pixels_of_one);
    yz.write(images + 2 * pixels_of_one);
  }
}

}  // namespace c3po
