// Any bytes as a text STL, as triangles and as beads, through parts to views: no crash, bounded work, finite images.
// folders: solid imaging
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "_core/imaging/views.hpp"
#include "_core/solid/components.hpp"
#include "_core/solid/outlines.hpp"
#include "_core/solid/stl_text.hpp"

namespace {

// Every component of the material, filled and seen; each must have voxels and finite images.
void look(const c3po::Material& material, bool growing) {
  const c3po::Components found(material, true, 0.5);
  for (std::size_t i = 0; i < std::min<std::size_t>(found.components().size(), 3); ++i) {
    const auto& component = found.components()[i];
    int longest = 1, halvings = 0;
    for (int axis = 0; axis < 3; ++axis) longest = std::max(longest, component.upper[axis] - component.lower[axis]);
    while (longest >> halvings > 40) ++halvings;  // small, so that many inputs are tried
    std::array<int, 3> lower;
    const c3po::BitGrid walls = found.dense({int(i)}, halvings, lower);
    const c3po::BitGrid solid = c3po::filled(walls, !growing, true);
    std::vector<std::uint8_t> voxels;
    for (int z = 0; z < solid.nz; ++z)
      for (int y = 0; y < solid.ny; ++y)
        for (int x = 0; x < solid.nx; ++x) {
          if (walls.get(x, y, z) && !solid.get(x, y, z)) std::abort();
          voxels.push_back(solid.get(x, y, z));
        }
    const c3po::BitGrid within = c3po::within_loops(solid, found.dense({int(i)}, halvings, lower, true), int(i));
    for (const c3po::PlacedGrid& piece : c3po::pieces(within, lower, 4, 8))
      if (c3po::volume(piece.grid) < 8 || c3po::volume(piece.grid) > c3po::volume(solid)) std::abort();
    if (component.voxels == 0 || std::find(voxels.begin(), voxels.end(), 1) == voxels.end()) std::abort();
    std::vector<float> images(6 * 28 * 28);
    c3po::view_stack(voxels.data(), solid.nx, solid.ny, solid.nz, 28, images.data());
    for (float value : images)
      if (!(value >= 0 && value <= 1)) std::abort();
  }
}

template <typename Number>
std::vector<Number> numbers(const std::uint8_t* data, std::size_t n) {
  std::vector<Number> values(n / sizeof(Number));
  if (!values.empty()) std::memcpy(values.data(), data, values.size() * sizeof(Number));
  return values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t n) {
  if (n < 1) return 0;
  const int kind = data[0] % 4;
  ++data;
  --n;
  c3po::Material material(kind == 3 ? 0.25 : 1.0, {0, 0, 0}, 3000);
  if (kind < 3) {
    std::vector<double> corners;
    if (kind == 0) {
      std::string problem;
      const auto read = c3po::stl_text_triangles(reinterpret_cast<const char*>(data), n, problem);
      if (read.size() % 9 != 0 || (!problem.empty() && !read.empty())) std::abort();
      corners.assign(read.begin(), read.end());
    } else if (kind == 1) {
      const auto read = numbers<float>(data, n);
      corners.assign(read.begin(), read.end());
    } else {  // small whole numbers: faces that share edges and lie on borders
      for (std::size_t i = 0; i < n; ++i) corners.push_back(double(data[i] % 32) * 0.5);
    }
    material.add_triangles(corners.data(), corners.size() / 9);
  } else {
    const auto read = numbers<float>(data, n);
    std::vector<c3po::Segment> beads;
    for (std::size_t i = 0; i + 8 <= read.size() && beads.size() < 64; i += 8) {
      c3po::Segment bead{};
      std::copy_n(&read[i], 3, bead.start_mm);
      std::copy_n(&read[i + 3], 3, bead.end_mm);
      bead.width_mm = read[i + 6];
      bead.height_mm = read[i + 7];
      bead.feature = c3po::Feature(i / 8 % 6);
      bead.tool = std::uint8_t(i / 8 % 11);
      if (!beads.empty() && data[i] % 2 != 0) {  // goes on where the last one ended
        std::copy_n(beads.back().end_mm, 3, bead.start_mm);
        bead.tool = beads.back().tool;
      }
      beads.push_back(bead);
    }
    material.add_segments(beads.data(), beads.size() / 2);
    if (material.settled().has_open_path()) std::abort();
    material.add_segments(beads.data() + beads.size() / 2, beads.size() - beads.size() / 2);
    look(material.of_tools({0}), true);
    look(material.of_tools({int(material.tools().size()) - 1}), false);
  }
  look(material, kind == 1);
  return 0;
}
