#include "_core/imaging/plans.hpp"

#include <algorithm>

namespace c3po {

Plans plans_of(const Volume& volume) {
  const std::size_t nx = std::size_t(volume.nx), ny = std::size_t(volume.ny), nz = std::size_t(volume.nz);
  Plans plans;
  plans.along_x.resize(ny * nz);
  plans.along_y.resize(nx * nz);
  plans.along_z.resize(nx * ny);
  std::vector<std::uint16_t> over_y(nx), over_z(nx * ny, std::uint16_t(0));
  for (std::size_t z = 0; z < nz; ++z) {
    std::fill(over_y.begin(), over_y.end(), std::uint16_t(0));
    for (std::size_t y = 0; y < ny; ++y) {
      const std::uint8_t* row = volume.row(int(y), int(z));
      std::uint16_t *plan = over_z.data() + y * nx, *side = over_y.data();
      std::uint32_t sum = 0;
      for (std::size_t x = 0; x < nx; ++x) sum += row[x];
      plans.along_x[z * ny + y] = float(sum);
      if (sum == 0) continue;
      for (std::size_t x = 0; x < nx; ++x) side[x] = std::uint16_t(side[x] + row[x]);
      for (std::size_t x = 0; x < nx; ++x) plan[x] = std::uint16_t(plan[x] + row[x]);
    }
    for (std::size_t x = 0; x < nx; ++x) plans.along_y[z * nx + x] = over_y[x];
  }
  for (std::size_t i = 0; i < nx * ny; ++i) plans.along_z[i] = over_z[i];
  return plans;
}

}  // namespace c3po
