// A dense box of voxels as bits, x along the words, and what can be reached in it from outside.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

namespace c3po {

struct BitGrid {
  int nx = 0, ny = 0, nz = 0, words = 0;  // words per row
  std::vector<std::uint64_t> bits;

  BitGrid() = default;
  BitGrid(int nx_, int ny_, int nz_)
      : nx(nx_), ny(ny_), nz(nz_), words((nx_ + 63) / 64), bits(std::size_t(words) * ny_ * nz_, 0) {}

  std::uint64_t* row(int y, int z) { return bits.data() + (std::size_t(z) * ny + y) * words; }
  const std::uint64_t* row(int y, int z) const { return bits.data() + (std::size_t(z) * ny + y) * words; }
  void set(int x, int y, int z) { row(y, z)[x >> 6] |= 1ull << (x & 63); }
  bool get(int x, int y, int z) const { return row(y, z)[x >> 6] >> (x & 63) & 1; }
  // Sets x0..x1 of a row, both included.
  void set_span(int x0, int x1, int y, int z);
};

// Grows every set voxel to its 26 neighbours. The last row of each slice must be empty, or there is one slice.
BitGrid dilated(const BitGrid& grid);

// Six-connected flood from the seeds through the open cells, a row at a time, until no row gains.
void flood(BitGrid& seed, const BitGrid& open);

// The walls and everything that a flood from outside cannot reach; gaps of up to two voxels are closed to the
// flood. It comes from the four sides, and from above and below where told: what is open at the top of a print that is
// not finished counts as inside when nothing flows in from above.
BitGrid filled(const BitGrid& walls, bool from_above, bool from_below);

}  // namespace c3po
