// Voxels of an unbounded bed, kept in bricks of 8 x 8 x 8 bits; only bricks that hold material exist.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace c3po {

// Whether a bead is an outline: a closed loop with another loop along it, as parts have and lines of infill, support and
// raft have not. Kept apart so that solids of either can be judged.
enum Plane : int { plain = 0, looped = 1, planes = 2 };

// One 8 x 8 x 8 block. A slice is one z; bit y * 8 + x.
struct Brick {
  std::int32_t x, y, z;  // position, in bricks
  std::uint64_t slices[planes][8];
};

// Slices z0..z1 as bricks: from slice low of the first to slice high of the last.
struct RowSpan {
  int first, bricks, low, high;
  RowSpan(int z0, int z1) : first(z0 >> 3), bricks((z1 >> 3) - first + 1), low(z0 & 7), high(z1 & 7) {}
};

// Voxels x0..x1 of one row, cut to the eight of a brick.
inline std::uint64_t row_bits(int x0, int x1) {
  const int from = std::max(x0, 0), to = std::min(x1, 7);
  return std::uint64_t((0xFFu >> (7 - to + from)) << from);
}

// Bricks by position. Open addressing; a brick's index never changes until coarsen().
class BrickMap {
 public:
  BrickMap();
  Brick& at(std::int32_t x, std::int32_t y, std::int32_t z) {  // made when absent
    const std::uint64_t key = key_of(x, y, z);
    const Slot& recent = recent_[recent_slot(x, y, z)];
    return recent.index != 0 && recent.key == key ? bricks_[recent.index - 1] : found_or_made(x, y, z);
  }
  // Fills voxels x0..x1 of row y in the slices of span.
  void set_row(int x0, int x1, int y, const RowSpan& span, Plane plane) {
    for (int brick = x0 >> 3; brick <= x1 >> 3; ++brick)
      set_columns(brick, y >> 3, row_bits(x0 - brick * 8, x1 - brick * 8) << ((y & 7) * 8), span, plane);
  }
  // Fills the voxels of a mask, bit y * 8 + x, in the slices of span.
  void set_columns(int x, int y, std::uint64_t mask, const RowSpan& span, Plane plane) {
    if (span.bricks == 1 && span.low == span.high) {
      at(x, y, span.first).slices[plane][span.low] |= mask;
      return;
    }
    for (int k = 0; k < span.bricks; ++k) {
      std::uint64_t* slices = at(x, y, span.first + k).slices[plane];
      const int low = k == 0 ? span.low : 0, high = k == span.bricks - 1 ? span.high : 7;
      for (int z = low; z <= high; ++z) slices[z] |= mask;
    }
  }
  std::int64_t find(std::int32_t x, std::int32_t y, std::int32_t z) const;  // index or -1
  const std::vector<Brick>& bricks() const { return bricks_; }
  std::size_t size() const { return bricks_.size(); }
  std::size_t bytes() const;
  // Doubles the pitch: each voxel of the new map is the union of the eight it covers.
  void coarsen();
  // Everything that another map of the same pitch holds.
  void add(const BrickMap& other);

 private:
  struct Slot {
    std::uint64_t key;
    std::uint32_t index;  // plus one; 0 is free
  };
  static std::uint64_t key_of(std::int32_t x, std::int32_t y, std::int32_t z) {  // 21 bits each
    constexpr std::uint32_t bias = 1u << 20, mask = (1u << 21) - 1;
    return (std::uint64_t((std::uint32_t(x) + bias) & mask) << 42) | (std::uint64_t((std::uint32_t(y) + bias) & mask) << 21) |
           ((std::uint32_t(z) + bias) & mask);
  }
  std::size_t slot_of(std::uint64_t key) const;
  Brick& found_or_made(std::int32_t x, std::int32_t y, std::int32_t z);
  void grow();

  std::vector<Brick> bricks_;
  std::vector<Slot> slots_;
  static constexpr std::uint32_t recent_size = 1024;
  static std::uint32_t recent_slot(std::int32_t x, std::int32_t y, std::int32_t z) {  // bricks of a layer do not collide
    return (std::uint32_t(x) + std::uint32_t(y) * 32 + std::uint32_t(z) * 517) % recent_size;
  }
  std::vector<Slot> recent_;  // beads come back to the same few bricks
};

// The 64 cells of 2 x 2 x 2 voxels of a brick: bit z * 16 + y * 4 + x.
std::uint64_t cells_of(const std::uint64_t slices[8]);

}  // namespace c3po
