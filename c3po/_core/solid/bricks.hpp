// Voxels of an unbounded bed, kept in bricks of 8 x 8 x 8 bits; only bricks that hold material exist.
#pragma once
#include <cstdint>
#include <vector>

namespace c3po {

// One 8 x 8 x 8 block. A slice is one z; bit y * 8 + x. Hinted material is what a comment calls skirt, support,
// tower or custom code: kept apart so that solids with and without it can both be judged.
struct Brick {
  std::int32_t x, y, z;  // position, in bricks
  std::uint64_t part[8];
  std::uint64_t hinted[8];
};

// Bricks by position. Open addressing; a brick's index never changes until coarsen().
class BrickMap {
 public:
  BrickMap();
  Brick& at(std::int32_t x, std::int32_t y, std::int32_t z) {  // made when absent
    const std::uint64_t key = key_of(x, y, z);
    const Slot& recent = recent_[(std::uint32_t(x) * 5 + std::uint32_t(y) * 19 + std::uint32_t(z)) % recent_size];
    return recent.index != 0 && recent.key == key ? bricks_[recent.index - 1] : found_or_made(x, y, z);
  }
  std::int64_t find(std::int32_t x, std::int32_t y, std::int32_t z) const;  // index or -1
  const std::vector<Brick>& bricks() const { return bricks_; }
  std::size_t size() const { return bricks_.size(); }
  std::size_t bytes() const;
  // Doubles the pitch: each voxel of the new map is the union of the eight it covers.
  void coarsen();

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
  static constexpr std::uint32_t recent_size = 256;
  std::vector<Slot> recent_;  // beads come back to the same few bricks
};

// The 64 cells of 2 x 2 x 2 voxels of a brick: bit z * 16 + y * 4 + x.
std::uint64_t cells_of(const std::uint64_t slices[8]);

}  // namespace c3po
