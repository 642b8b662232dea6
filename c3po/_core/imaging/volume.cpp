#include "_core/imaging/volume.hpp"

#include <algorithm>
#include <cstring>

namespace c3po {

Volume cropped(const std::uint8_t* voxels, int nx, int ny, int nz) {
  int lower[3] = {nx, ny, nz}, upper[3] = {0, 0, 0};
  std::vector<std::uint8_t> plan(std::size_t(nx), std::uint8_t(0));
  for (int z = 0; z < nz; ++z)
    for (int y = 0; y < ny; ++y) {
      const std::uint8_t* row = voxels + (std::size_t(z) * ny + y) * nx;
      if (nx == 0 || (row[0] == 0 && std::memcmp(row, row + 1, std::size_t(nx - 1)) == 0)) continue;
      for (int x = 0; x < nx; ++x) plan[std::size_t(x)] |= row[x];
      lower[1] = std::min(lower[1], y);
      upper[1] = std::max(upper[1], y + 1);
      lower[2] = std::min(lower[2], z);
      upper[2] = std::max(upper[2], z + 1);
    }
  for (int x = 0; x < nx; ++x)
    if (plan[std::size_t(x)]) {
      lower[0] = std::min(lower[0], x);
      upper[0] = x + 1;
    }
  Volume box;
  if (upper[0] == 0) return box;
  box.nx = upper[0] - lower[0];
  box.ny = upper[1] - lower[1];
  box.nz = upper[2] - lower[2];
  box.stride_y = nx;
  box.stride_z = std::ptrdiff_t(nx) * ny;
  box.data = voxels + lower[2] * box.stride_z + lower[1] * box.stride_y + lower[0];
  return box;
}

Volume z_before_y(const Volume& volume) {
  Volume turned;
  turned.nx = volume.nx;
  turned.ny = volume.nz;
  turned.nz = volume.ny;
  turned.stride_y = volume.stride_z;
  turned.stride_z = volume.stride_y;
  turned.data = volume.data;
  return turned;
}

Volume halved(const Volume& volume) {
  Volume half((volume.nx + 1) / 2, (volume.ny + 1) / 2, (volume.nz + 1) / 2);
  std::vector<std::uint8_t> sum(std::size_t(half.nx) * 2, std::uint8_t(0));
  for (int z = 0; z < half.nz; ++z)
    for (int y = 0; y < half.ny; ++y) {
      std::fill(sum.begin(), sum.end(), std::uint8_t(0));
      for (int k = 2 * z; k < std::min(2 * z + 2, volume.nz); ++k)
        for (int j = 2 * y; j < std::min(2 * y + 2, volume.ny); ++j) {
          const std::uint8_t* row = volume.row(j, k);
          for (int x = 0; x < volume.nx; ++x) sum[std::size_t(x)] = std::uint8_t(sum[std::size_t(x)] + row[x]);
        }
      std::uint8_t* into = half.own_row(y, z);
      for (int x = 0; x < half.nx; ++x) into[x] = std::uint8_t(sum[std::size_t(2 * x)] + sum[std::size_t(2 * x + 1)]);
    }
  return half;
}

namespace {

// Turns a square of 8 x 8 bytes: three rounds, each exchanging the off-diagonal halves of blocks of 4, 2 and 1.
void turn(std::uint64_t rows[8]) {
  const std::uint64_t masks[3] = {0x00000000FFFFFFFFull, 0x0000FFFF0000FFFFull, 0x00FF00FF00FF00FFull};
  for (int round = 0; round < 3; ++round) {
    const int step = 4 >> round, shift = 8 * step;
    for (int i = 0; i < 8; ++i) {
      if (i & step) continue;
      const std::uint64_t swap = ((rows[i] >> shift) ^ rows[i + step]) & masks[round];
      rows[i + step] ^= swap;
      rows[i] ^= swap << shift;
    }
  }
}

}  // namespace

Volume x_slowest(const Volume& volume) {
  Volume turned(volume.ny, volume.nz, volume.nx);
  for (int z = 0; z < volume.nz; ++z)
    for (int y0 = 0; y0 < volume.ny; y0 += 8)
      for (int x0 = 0; x0 < volume.nx; x0 += 8) {
        const int n_y = std::min(8, volume.ny - y0), n_x = std::min(8, volume.nx - x0);
        std::uint64_t rows[8] = {};
        if (n_y == 8 && n_x == 8) {  // sizes that the compiler knows
          for (int y = 0; y < 8; ++y) std::memcpy(&rows[y], volume.row(y0 + y, z) + x0, 8);
          turn(rows);
          for (int x = 0; x < 8; ++x) std::memcpy(turned.own_row(z, x0 + x) + y0, &rows[x], 8);
          continue;
        }
        for (int y = 0; y < n_y; ++y) std::memcpy(&rows[y], volume.row(y0 + y, z) + x0, std::size_t(n_x));
        turn(rows);
        for (int x = 0; x < n_x; ++x) std::memcpy(turned.own_row(z, x0 + x) + y0, &rows[x], std::size_t(n_y));
      }
  return turned;
}

}  // namespace c3po
