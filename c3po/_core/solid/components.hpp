// Connected material: which voxels hang together, and each such component as a dense grid.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "_core/solid/grid.hpp"
#include "_core/solid/material.hpp"

namespace c3po {

struct Component {
  std::uint64_t voxels = 0;
  std::array<int, 3> lower{}, upper{};  // upper is one past the last voxel
};

// A snapshot of a material, told apart. Voxels are connected when their cells of 2 x 2 x 2 voxels touch (26
// neighbours), so gaps under two voxels do not separate.
class Components {
 public:
  // with_hinted: also what comments call skirt, support, tower or custom code.
  // strip_mm: cut from the lowest layer what is at most this high and lies around taller material (a brim); 0: keep.
  Components(const Material& material, bool with_hinted, double strip_mm);

  const std::vector<Component>& components() const { return components_; }
  double pitch_mm() const { return pitch_mm_; }
  const std::array<double, 3>& origin_mm() const { return origin_mm_; }
  std::uint64_t stripped() const { return stripped_; }
  // The union of some components at pitch * 2^halvings, or of their looped beads alone in the same box; lower is in
  // voxels of the result.
  BitGrid dense(const std::vector<int>& which, int halvings, std::array<int, 3>& lower, bool loops_only = false) const;

 private:
  struct Block {
    std::int32_t x, y, z;
    std::uint64_t slices[8];
    std::uint64_t loops[8];
  };
  struct Piece {
    std::uint32_t block;
    std::uint64_t cells;
    std::uint32_t label;
  };
  void tell_apart(const Material& material, bool with_hinted, double strip_mm);
  void label(const BrickMap& map, const std::vector<std::int64_t>& block_of);
  bool strip(const Component& component, const BrickMap& map, const std::vector<std::int64_t>& block_of, int slices);

  double pitch_mm_ = 0;
  std::array<double, 3> origin_mm_{};
  std::vector<Block> blocks_;
  std::vector<Piece> pieces_;
  std::vector<Component> components_;
  std::uint64_t stripped_ = 0;
};

}  // namespace c3po
