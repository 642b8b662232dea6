#include "_core/solid/outlines.hpp"

#include <algorithm>

namespace c3po {

namespace {

// The box of what is set, cut out.
PlacedGrid cropped(const BitGrid& grid, const std::array<int, 3>& lower) {
  int low[3] = {grid.nx, grid.ny, grid.nz}, high[3] = {-1, -1, -1};
  for (int z = 0; z < grid.nz; ++z)
    for (int y = 0; y < grid.ny; ++y)
      for (int i = 0; i < grid.words; ++i) {
        const std::uint64_t word = grid.row(y, z)[i];
        if (word == 0) continue;
        const int at[3] = {i * 64 + __builtin_ctzll(word), y, z}, end[3] = {i * 64 + 63 - __builtin_clzll(word), y, z};
        for (int axis = 0; axis < 3; ++axis) {
          low[axis] = std::min(low[axis], at[axis]);
          high[axis] = std::max(high[axis], end[axis]);
        }
      }
  PlacedGrid cut{BitGrid(high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1), {}};
  for (int axis = 0; axis < 3; ++axis) cut.lower[axis] = lower[axis] + low[axis];
  for (int z = low[2]; z <= high[2]; ++z)
    for (int y = low[1]; y <= high[1]; ++y)
      for (int x = low[0]; x <= high[0]; ++x)
        if (grid.get(x, y, z)) cut.grid.set(x - low[0], y - low[1], z - low[2]);
  return cut;
}

}  // namespace

std::uint64_t volume(const BitGrid& grid) {
  std::uint64_t sum = 0;
  for (std::uint64_t word : grid.bits) sum += std::uint64_t(__builtin_popcountll(word));
  return sum;
}

BitGrid within_loops(const BitGrid& solid, const BitGrid& loops, int margin) {
  BitGrid within = solid, layer(solid.nx, solid.ny, 1);
  const std::size_t slice = layer.bits.size();
  for (int z = 0; z < solid.nz; ++z) {
    std::copy_n(loops.row(0, z), slice, layer.bits.begin());
    BitGrid enclosed = filled(layer, false, false);
    for (int i = 0; i < margin; ++i) enclosed = dilated(enclosed);
    for (std::size_t i = 0; i < slice; ++i) within.row(0, z)[i] &= enclosed.bits[i];
  }
  return within;
}

BitGrid filled_layers(const BitGrid& walls) {
  BitGrid result = walls, layer(walls.nx, walls.ny, 1);
  const std::size_t slice = layer.bits.size();
  for (int z = 0; z < walls.nz; ++z) {
    std::copy_n(walls.row(0, z), slice, layer.bits.begin());
    const BitGrid enclosed = filled(layer, false, false);
    std::copy_n(enclosed.bits.begin(), slice, result.row(0, z));
  }
  return result;
}

std::vector<PlacedGrid> pieces(BitGrid solid, std::array<int, 3> lower, std::size_t most, std::uint64_t least) {
  std::vector<std::pair<std::uint64_t, BitGrid>> found;
  std::uint64_t left = volume(solid);
  for (std::size_t word = 0; word < solid.bits.size() && left >= least && found.size() < 8 * most;) {
    if (solid.bits[word] == 0) {
      ++word;
      continue;
    }
    BitGrid piece(solid.nx, solid.ny, solid.nz);
    piece.bits[word] = solid.bits[word] & (~solid.bits[word] + 1);
    flood(piece, solid);
    for (std::size_t i = 0; i < piece.bits.size(); ++i) solid.bits[i] &= ~piece.bits[i];
    const std::uint64_t size = volume(piece);
    left -= size;
    if (size >= least) found.emplace_back(size, std::move(piece));
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<PlacedGrid> placed;
  for (std::size_t i = 0; i < std::min(most, found.size()); ++i) placed.push_back(cropped(found[i].second, lower));
  return placed;
}

}  // namespace c3po
