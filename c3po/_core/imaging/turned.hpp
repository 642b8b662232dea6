// Projections of a dense solid after any turn, on the three planes: C3PO Set I.
#pragma once
#include <cstdint>

namespace c3po {

// voxels: nx x ny x nz bytes, 0 or 1, x fastest. turns: n rotation matrices, row by row. images: n x 3 x size x size
// floats: along z, y and x after the turn; thickness divided by the longest extent after it. Row 0 is the top.
void turned_views(const std::uint8_t* voxels, int nx, int ny, int nz, const double* turns, int n, int size,
                  float* images);

}  // namespace c3po
