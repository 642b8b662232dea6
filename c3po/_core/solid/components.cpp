#include "_core/solid/components.hpp"

#include <algorithm>
#include <numeric>

namespace c3po {

namespace {

// Masks over the 64 cells of a block: bit z * 16 + y * 4 + x.
constexpr std::uint64_t x_first = 0x1111111111111111ull, x_last = x_first << 3;
constexpr std::uint64_t y_first = 0x000F000F000F000Full, y_last = y_first << 12;

// Cells within one step of the mask that lie in the neighbouring block at (dx, dy, dz), in that block's numbering.
std::uint64_t reach(std::uint64_t m, int dx, int dy, int dz) {
  if (dx == 0) m |= ((m & ~x_last) << 1) | ((m & ~x_first) >> 1);
  else m = dx > 0 ? (m & x_last) >> 3 : (m & x_first) << 3;
  if (dy == 0) m |= ((m & ~y_last) << 4) | ((m & ~y_first) >> 4);
  else m = dy > 0 ? (m & y_last) >> 12 : (m & y_first) << 12;
  if (dz == 0) m |= (m << 16) | (m >> 16);
  else m = dz > 0 ? m >> 48 : m << 48;
  return m;
}

// The part of cells that hangs together with their lowest bit.
std::uint64_t first_island(std::uint64_t cells) {
  std::uint64_t island = cells & (~cells + 1);
  for (;;) {
    const std::uint64_t wider = reach(island, 0, 0, 0) & cells;
    if (wider == island) return island;
    island = wider;
  }
}

// The 8 x 8 voxels of one slice that the cells cover.
std::uint64_t slice_mask(std::uint64_t cells, int z) {
  std::uint64_t w = (cells >> (16 * (z / 2))) & 0xFFFF;
  w = (w & 0xF) | ((w & 0xF0) << 12) | ((w & 0xF00) << 24) | ((w & 0xF000) << 36);  // a row of cells to every other byte
  w = (w | (w << 2)) & 0x0033003300330033ull;
  w = (w | (w << 1)) & 0x0055005500550055ull;
  w |= w << 1;
  return w | (w << 8);
}

int count(std::uint64_t bits) { return __builtin_popcountll(bits); }
int lowest(std::uint64_t bits) { return __builtin_ctzll(bits); }
int highest(std::uint64_t bits) { return 63 - __builtin_clzll(bits); }

struct Forest {
  std::vector<std::uint32_t> parent;
  std::uint32_t root(std::uint32_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = root(a);
    b = root(b);
    if (a != b) parent[std::max(a, b)] = std::min(a, b);
  }
};

}  // namespace

Components::Components(const Material& material, bool with_hinted, double strip_mm) {
  if (material.has_open_path()) {
    tell_apart(material.settled(), with_hinted, strip_mm);
  } else {
    tell_apart(material, with_hinted, strip_mm);
  }
}

void Components::tell_apart(const Material& material, bool with_hinted, double strip_mm) {
  pitch_mm_ = material.pitch_mm();
  origin_mm_ = material.origin_mm();
  const Maps& maps = material.maps();
  BrickMap both;
  const bool merged = with_hinted && maps.hinted.size() > 0;
  if (merged) {
    both = maps.part;
    both.add(maps.hinted);
  }
  const BrickMap& map = merged ? both : maps.part;
  std::vector<std::int64_t> block_of(map.size(), -1);
  blocks_.reserve(map.size());
  for (std::size_t i = 0; i < map.size(); ++i) {
    const Brick& brick = map.bricks()[i];
    Block block{brick.x, brick.y, brick.z, {}, {}};
    std::uint64_t any = 0;
    for (int z = 0; z < 8; ++z) {
      block.loops[z] = brick.slices[looped][z];
      block.slices[z] = block.loops[z] | brick.slices[plain][z];
      any |= block.slices[z];
    }
    if (any == 0) continue;
    block_of[i] = std::int64_t(blocks_.size());
    blocks_.push_back(block);
  }
  label(map, block_of);
  const int slices = int(strip_mm / pitch_mm_);
  if (slices < 1 || slices > 4) return;
  bool changed = false;
  const std::vector<Component> before = components_;
  for (const Component& component : before)
    if (component.voxels * 100 >= before[0].voxels) changed |= strip(component, map, block_of, slices);
  if (changed) label(map, block_of);
}

void Components::label(const BrickMap& map, const std::vector<std::int64_t>& block_of) {
  pieces_.clear();
  std::vector<std::uint32_t> first(blocks_.size() + 1, 0);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    first[i] = std::uint32_t(pieces_.size());
    for (std::uint64_t cells = cells_of(blocks_[i].slices); cells != 0;) {
      const std::uint64_t island = first_island(cells);
      pieces_.push_back(Piece{std::uint32_t(i), island, 0});
      cells &= ~island;
    }
  }
  first[blocks_.size()] = std::uint32_t(pieces_.size());
  Forest forest;
  forest.parent.resize(pieces_.size());
  std::iota(forest.parent.begin(), forest.parent.end(), 0u);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const Block& block = blocks_[i];
    for (int step = 14; step < 27; ++step) {  // the 13 neighbours that come later
      const int dx = step % 3 - 1, dy = step / 3 % 3 - 1, dz = step / 9 - 1;
      const std::int64_t found = map.find(block.x + dx, block.y + dy, block.z + dz);
      if (found < 0 || block_of[std::size_t(found)] < 0) continue;
      const std::size_t other = std::size_t(block_of[std::size_t(found)]);
      for (std::uint32_t a = first[i]; a < first[i + 1]; ++a) {
        const std::uint64_t near = reach(pieces_[a].cells, dx, dy, dz);
        if (near == 0) continue;
        for (std::uint32_t b = first[other]; b < first[other + 1]; ++b)
          if (near & pieces_[b].cells) forest.join(a, b);
      }
    }
  }
  // Measure, then number by falling count of voxels; ties by position, so that order of printing does not matter.
  std::vector<std::int32_t> slot(pieces_.size(), -1);
  components_.clear();
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const std::uint32_t root = forest.root(std::uint32_t(i));
    if (slot[root] < 0) {
      slot[root] = std::int32_t(components_.size());
      components_.push_back(Component{0, {1 << 30, 1 << 30, 1 << 30}, {-(1 << 30), -(1 << 30), -(1 << 30)}});
    }
    pieces_[i].label = std::uint32_t(slot[root]);
    Component& component = components_[pieces_[i].label];
    const Block& block = blocks_[pieces_[i].block];
    std::uint64_t plan = 0;
    int low = 8, high = -1;
    for (int z = 0; z < 8; ++z) {
      const std::uint64_t bits = block.slices[z] & slice_mask(pieces_[i].cells, z);
      if (bits == 0) continue;
      component.voxels += std::uint64_t(count(bits));
      plan |= bits;
      low = std::min(low, z);
      high = z;
    }
    std::uint64_t columns = plan;
    for (int shift : {32, 16, 8}) columns |= columns >> shift;
    columns &= 0xFF;
    const int lower[3] = {block.x * 8 + lowest(columns), block.y * 8 + lowest(plan) / 8, block.z * 8 + low};
    const int upper[3] = {block.x * 8 + highest(columns) + 1, block.y * 8 + highest(plan) / 8 + 1, block.z * 8 + high + 1};
    for (int axis = 0; axis < 3; ++axis) {
      component.lower[axis] = std::min(component.lower[axis], lower[axis]);
      component.upper[axis] = std::max(component.upper[axis], upper[axis]);
    }
  }
  std::vector<std::uint32_t> order(components_.size()), rank(components_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Component &p = components_[a], &q = components_[b];
    return p.voxels != q.voxels ? p.voxels > q.voxels : p.lower < q.lower;
  });
  std::vector<Component> sorted;
  for (std::size_t i = 0; i < order.size(); ++i) {
    rank[order[i]] = std::uint32_t(i);
    sorted.push_back(components_[order[i]]);
  }
  components_ = std::move(sorted);
  for (Piece& piece : pieces_) piece.label = rank[piece.label];
}

// Clears the brim of one component: columns of its lowest slices that have nothing above them and that a walk from
// outside reaches without entering the outline of the part above.
bool Components::strip(const Component& component, const BrickMap& map, const std::vector<std::int64_t>& block_of, int slices) {
  const int z0 = component.lower[2], z1 = z0 + slices;
  const std::int64_t nx = component.upper[0] - component.lower[0], ny = component.upper[1] - component.lower[1];
  if (component.upper[2] < z1 + 2 || nx * ny > 64000000) return false;
  BitGrid above(int(nx), int(ny), 1);
  auto each_block = [&](int low, int high, auto&& visit) {  // blocks of the component's box between two slices
    for (int bz = low >> 3; bz <= (high - 1) >> 3; ++bz)
      for (int by = component.lower[1] >> 3; by <= (component.upper[1] - 1) >> 3; ++by)
        for (int bx = component.lower[0] >> 3; bx <= (component.upper[0] - 1) >> 3; ++bx) {
          const std::int64_t found = map.find(bx, by, bz);
          if (found < 0 || block_of[std::size_t(found)] < 0) continue;
          Block& block = blocks_[std::size_t(block_of[std::size_t(found)])];
          for (int z = std::max(low - bz * 8, 0); z < std::min(high - bz * 8, 8); ++z) visit(block, z);
        }
  };
  each_block(z1, std::min(z1 + 2, component.upper[2]), [&](Block& block, int z) {
    for (std::uint64_t bits = block.slices[z]; bits != 0; bits &= bits - 1) {
      const int x = block.x * 8 + lowest(bits) % 8 - component.lower[0], y = block.y * 8 + lowest(bits) / 8 - component.lower[1];
      if (x >= 0 && y >= 0 && x < nx && y < ny) above.set(x, y, 0);
    }
  });
  const BitGrid outline = filled(above, false, false);
  std::uint64_t cleared = 0, kept = 0;
  each_block(z0, z1, [&](Block& block, int z) {
    for (std::uint64_t bits = block.slices[z]; bits != 0; bits &= bits - 1) {
      const int x = block.x * 8 + lowest(bits) % 8 - component.lower[0], y = block.y * 8 + lowest(bits) / 8 - component.lower[1];
      if (x < 0 || y < 0 || x >= nx || y >= ny) continue;
      if (outline.get(x, y, 0)) {
        ++kept;
      } else {
        block.slices[z] &= ~(1ull << lowest(bits));
        ++cleared;
      }
    }
  });
  stripped_ += cleared;
  return cleared > 0;
}

BitGrid Components::dense(const std::vector<int>& which, int halvings, std::array<int, 3>& lower, bool loops_only) const {
  std::array<int, 3> upper{};
  std::vector<char> wanted(components_.size(), 0);
  lower = {1 << 30, 1 << 30, 1 << 30};
  upper = {-(1 << 30), -(1 << 30), -(1 << 30)};
  for (int index : which) {
    wanted[std::size_t(index)] = 1;
    for (int axis = 0; axis < 3; ++axis) {
      lower[axis] = std::min(lower[axis], components_[std::size_t(index)].lower[axis] >> halvings);
      upper[axis] = std::max(upper[axis], ((components_[std::size_t(index)].upper[axis] - 1) >> halvings) + 1);
    }
  }
  BitGrid grid(upper[0] - lower[0], upper[1] - lower[1], upper[2] - lower[2]);
  for (const Piece& piece : pieces_) {
    if (!wanted[piece.label]) continue;
    const Block& block = blocks_[piece.block];
    if (halvings == 0) {
      for (int z = 0; z < 8; ++z)
        for (std::uint64_t bits = block.slices[z] & (loops_only ? block.loops[z] : ~0ull) & slice_mask(piece.cells, z); bits != 0;
             bits &= bits - 1)
          grid.set(block.x * 8 + lowest(bits) % 8 - lower[0], block.y * 8 + lowest(bits) / 8 - lower[1], block.z * 8 + z - lower[2]);
      continue;
    }
    std::uint64_t cells = piece.cells & (loops_only ? cells_of(block.loops) : ~0ull);
    if (cells == 0) continue;
    if (halvings > 1) {  // one bit for each 2 x 2 x 2 cells; above, one for the block
      cells = (cells | (cells >> 1)) & 0x5555555555555555ull;
      cells = (cells | (cells >> 4)) & 0x0505050505050505ull;
      cells = (cells | (cells >> 16)) & 0x0000FFFF0000FFFFull;
    }
    if (halvings > 2) cells = 1;
    for (; cells != 0; cells &= cells - 1) {
      const int bit = lowest(cells), finer = halvings - 1;
      grid.set(((block.x * 4 + bit % 4) >> finer) - lower[0], ((block.y * 4 + bit / 4 % 4) >> finer) - lower[1],
               ((block.z * 4 + bit / 16) >> finer) - lower[2]);
    }
  }
  return grid;
}

}  // namespace c3po
