// Other readings of a part: what its closed outlines enclose, and the part with its open top and bottom closed.
#pragma once
#include <array>
#include <vector>

#include "_core/solid/components.hpp"
#include "_core/solid/grid.hpp"

namespace c3po {

// A box of voxels with the place of its lower corner.
struct PlacedGrid {
  BitGrid grid;
  std::array<int, 3> lower;
};

std::uint64_t volume(const BitGrid& grid);

// The part of a solid that lies within the loops, layer by layer: support, raft and whatever else is laid in open lines
// falls away. Nothing in a layer without loops counts as within. margin: voxels around the loops that still belong to them,
// for of two outlines only the second may be known as one.
BitGrid within_loops(const BitGrid& solid, const BitGrid& loops, int margin);

// Every layer with all that it encloses, whatever lies above and below; gaps of up to two voxels are closed.
BitGrid filled_layers(const BitGrid& walls);

// The six-connected pieces of a solid by falling volume, each in its own box, at most so many and none under so many voxels.
std::vector<PlacedGrid> pieces(BitGrid solid, std::array<int, 3> lower, std::size_t most, std::uint64_t least);

}  // namespace c3po
