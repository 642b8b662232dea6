#include "_core/solid/bricks.hpp"

namespace c3po {

BrickMap::BrickMap() : slots_(1024, Slot{0, 0}), recent_(recent_size, Slot{0, 0}) {}

std::size_t BrickMap::bytes() const { return bricks_.capacity() * sizeof(Brick) + slots_.capacity() * sizeof(Slot); }

std::size_t BrickMap::slot_of(std::uint64_t key) const {
  const std::size_t mask = slots_.size() - 1;
  // x, y and z sit in three fields of the key: only the highest bits of the product depend on all of them.
  std::size_t slot = std::size_t((key * 0x9E3779B97F4A7C15ull) >> 40) & mask;
  while (slots_[slot].index != 0 && slots_[slot].key != key) slot = (slot + 1) & mask;
  return slot;
}

std::int64_t BrickMap::find(std::int32_t x, std::int32_t y, std::int32_t z) const {
  return std::int64_t(slots_[slot_of(key_of(x, y, z))].index) - 1;
}

Brick& BrickMap::found_or_made(std::int32_t x, std::int32_t y, std::int32_t z) {
  const std::uint64_t key = key_of(x, y, z);
  std::size_t slot = slot_of(key);
  if (slots_[slot].index == 0) {
    if (2 * (bricks_.size() + 1) > slots_.size()) {
      grow();
      slot = slot_of(key);
    }
    bricks_.push_back(Brick{x, y, z, {}});
    slots_[slot] = Slot{key, std::uint32_t(bricks_.size())};
  }
  recent_[recent_slot(x, y, z)] = slots_[slot];
  return bricks_[slots_[slot].index - 1];
}

void BrickMap::grow() {
  slots_.assign(slots_.size() * 2, Slot{0, 0});
  for (std::size_t i = 0; i < bricks_.size(); ++i) {
    const std::uint64_t key = key_of(bricks_[i].x, bricks_[i].y, bricks_[i].z);
    slots_[slot_of(key)] = Slot{key, std::uint32_t(i + 1)};
  }
}

std::uint64_t cells_of(const std::uint64_t slices[8]) {
  std::uint64_t cells = 0;
  for (int z = 0; z < 4; ++z) {
    std::uint64_t w = slices[2 * z] | slices[2 * z + 1];
    if (w == 0) continue;
    w = (w | (w >> 8)) & 0x00FF00FF00FF00FFull;  // rows in pairs
    w = (w | (w >> 1)) & 0x0055005500550055ull;  // columns in pairs
    w = (w | (w >> 1)) & 0x0033003300330033ull;
    w = (w | (w >> 2)) & 0x000F000F000F000Full;
    w = (w & 0xF) | ((w >> 12) & 0xF0) | ((w >> 24) & 0xF00) | ((w >> 36) & 0xF000);
    cells |= w << (16 * z);
  }
  return cells;
}

void BrickMap::coarsen() {
  BrickMap coarse;
  for (const Brick& fine : bricks_) {
    Brick& into = coarse.at(fine.x >> 1, fine.y >> 1, fine.z >> 1);
    const int x0 = (fine.x & 1) * 4, y0 = (fine.y & 1) * 4, z0 = (fine.z & 1) * 4;
    for (int plane = 0; plane < planes; ++plane) {
      const std::uint64_t cells = cells_of(fine.slices[plane]);
      if (cells == 0) continue;
      std::uint64_t* slices = into.slices[plane];
      for (int z = 0; z < 4; ++z)
        for (int y = 0; y < 4; ++y)
          slices[z0 + z] |= ((cells >> (16 * z + 4 * y)) & 0xF) << (8 * (y0 + y) + x0);
    }
  }
  *this = std::move(coarse);
}

void BrickMap::add(const BrickMap& other) {
  for (const Brick& from : other.bricks_) {
    Brick& into = at(from.x, from.y, from.z);
    for (int plane = 0; plane < planes; ++plane)
      for (int z = 0; z < 8; ++z) into.slices[plane][z] |= from.slices[plane][z];
  }
}

}  // namespace c3po
