// A dense box of bytes, x fastest: how much of each cell is filled.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace c3po {

// Either its own cells or a view of another's; rows along x are contiguous. Moved, never copied.
struct Volume {
  int nx = 0, ny = 0, nz = 0;
  const std::uint8_t* data = nullptr;
  std::ptrdiff_t stride_y = 0, stride_z = 0;
  std::vector<std::uint8_t> cells;

  Volume() = default;
  Volume(int nx_, int ny_, int nz_)  // its own cells
      : nx(nx_), ny(ny_), nz(nz_), stride_y(nx_), stride_z(std::ptrdiff_t(nx_) * ny_), cells(std::size_t(nx_) * ny_ * nz_) {
    data = cells.data();
  }
  Volume(Volume&&) = default;
  Volume& operator=(Volume&&) = default;

  const std::uint8_t* row(int y, int z) const { return data + z * stride_z + y * stride_y; }
  std::uint8_t* own_row(int y, int z) { return cells.data() + z * stride_z + y * stride_y; }
};

// A view of the filled box of nx x ny x nz bytes that are 0 or 1; nx is 0 when nothing is filled.
Volume cropped(const std::uint8_t* voxels, int nx, int ny, int nz);
// Cells of 2 x 2 x 2 cells, summed.
Volume halved(const Volume& volume);
// A view with y and z exchanged.
Volume z_before_y(const Volume& volume);
// The same cells with y fastest, then z, then x.
Volume x_slowest(const Volume& volume);

}  // namespace c3po
