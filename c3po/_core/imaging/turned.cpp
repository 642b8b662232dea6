// Voxels are averaged to cells of about four fifths of a pixel, or split where they are larger than one; cells are
// turned as points and shared out over the pixels they fall between.
#include "_core/imaging/turned.hpp"

#include <algorithm>
#include <vector>

namespace c3po {
namespace {

constexpr float kMargin = 1.f / 32.f;  // of the image, on each side; as in views.cpp

constexpr int kMostSplit = 16;

struct Cell {
  float x, y, z, volume;  // in voxels of the grid, or in blocks of voxels
};

std::vector<Cell> cells_of(const std::uint8_t* voxels, int nx, int ny, int nz, int block) {
  const int mx = (nx + block - 1) / block, my = (ny + block - 1) / block, mz = (nz + block - 1) / block;
  std::vector<std::uint32_t> sums(std::size_t(mx) * my * mz, 0);
  for (int z = 0; z < nz; ++z)
    for (int y = 0; y < ny; ++y) {
      const std::uint8_t* row = voxels + (std::size_t(z) * ny + y) * nx;
      std::uint32_t* to = sums.data() + (std::size_t(z / block) * my + y / block) * mx;
      for (int x = 0; x < nx; ++x) to[x / block] += row[x] != 0;
    }
  std::vector<Cell> cells;
  const float share = 1.f / (float(block) * block * block);
  for (int z = 0; z < mz; ++z)
    for (int y = 0; y < my; ++y)
      for (int x = 0; x < mx; ++x)
        if (const std::uint32_t sum = sums[(std::size_t(z) * my + y) * mx + x])
          cells.push_back({x + .5f, y + .5f, z + .5f, share * sum});
  return cells;
}

void share_out(float* image, int size, float u, float v, float weight) {
  const float pu = u - .5f, pv = v - .5f;
  const int c = std::clamp(int(pu), 0, size - 2), r = std::clamp(int(pv), 0, size - 2);
  const float a = std::clamp(pu - c, 0.f, 1.f), b = std::clamp(pv - r, 0.f, 1.f);
  float* at = image + std::size_t(r) * size + c;
  at[0] += weight * (1 - a) * (1 - b);
  at[1] += weight * a * (1 - b);
  at[size] += weight * (1 - a) * b;
  at[size + 1] += weight * a * b;
}

std::vector<Cell> split_cells(const std::uint8_t* voxels, int nx, int ny, int nz, int split) {
  std::vector<Cell> cells;
  const float step = 1.f / split, volume = step * step * step;
  for (int z = 0; z < nz; ++z)
    for (int y = 0; y < ny; ++y)
      for (int x = 0; x < nx; ++x)
        if (voxels[(std::size_t(z) * ny + y) * nx + x])
          for (int k = 0; k < split * split * split; ++k)
            cells.push_back({x + step * (k % split + .5f), y + step * (k / split % split + .5f),
                             z + step * (k / split / split + .5f), volume});
  return cells;
}

}  // namespace

void turned_views(const std::uint8_t* voxels, int nx, int ny, int nz, const double* turns, int n, int size,
                  float* images) {
  const int longest = std::max({nx, ny, nz});
  const int block = std::max(1, int(longest / (1.25 * size) + .5));
  const int split = std::min(kMostSplit, (size + longest - 1) / longest);
  const std::vector<Cell> cells =
      split > 1 ? split_cells(voxels, nx, ny, nz, split) : cells_of(voxels, nx, ny, nz, block);
  std::vector<Cell> at(cells.size());
  std::fill(images, images + std::size_t(n) * 3 * size * size, 0.f);
  for (int k = 0; k < n && !cells.empty(); ++k, turns += 9) {
    float low[3] = {1e30f, 1e30f, 1e30f}, high[3] = {-1e30f, -1e30f, -1e30f};
    float t[9];
    for (int i = 0; i < 9; ++i) t[i] = float(turns[i]);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const Cell& c = cells[i];
      const float p[3] = {t[0] * c.x + t[1] * c.y + t[2] * c.z, t[3] * c.x + t[4] * c.y + t[5] * c.z,
                          t[6] * c.x + t[7] * c.y + t[8] * c.z};
      at[i] = {p[0], p[1], p[2], c.volume};
      for (int axis = 0; axis < 3; ++axis) {
        low[axis] = std::min(low[axis], p[axis]);
        high[axis] = std::max(high[axis], p[axis]);
      }
    }
    const float extent = std::max({high[0] - low[0], high[1] - low[1], high[2] - low[2]}) + 1.f / split;
    const float scale = size * (1.f - 2.f * kMargin) / extent, middle = size * .5f;
    const float mid[3] = {(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2};
    const float thickness = scale * scale / extent;  // of one full cell, spread over the pixels
    float* xy = images + std::size_t(k) * 3 * size * size;
    float *xz = xy + std::size_t(size) * size, *yz = xz + std::size_t(size) * size;
    for (const Cell& c : at) {
      const float x = scale * (c.x - mid[0]), y = scale * (c.y - mid[1]), z = scale * (c.z - mid[2]);
      const float weight = thickness * c.volume;
      share_out(xy, size, middle + x, middle - y, weight);
      share_out(xz, size, middle + x, middle - z, weight);
      share_out(yz, size, middle + y, middle - z, weight);
    }
    for (std::size_t i = 0; i < std::size_t(3) * size * size; ++i) xy[i] = std::min(xy[i], 1.f);
  }
}

}  // namespace c3po
