// Thickness images of a dense solid, along the axes of the bed and along its own principal axes.
#pragma once
#include <cstdint>

namespace c3po {

// voxels: nx x ny x nz bytes, 0 or 1, x fastest. images: 6 x size x size floats in [0, 1]: along x, y, z, then along
// the principal axes by falling variance. Row 0 is the top. Thickness is divided by the longest extent.
void view_stack(const std::uint8_t* voxels, int nx, int ny, int nz, int size, float* images);

}  // namespace c3po
