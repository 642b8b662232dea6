#include "_core/solid/grid.hpp"

#include <algorithm>

namespace c3po {

namespace {

// Spreads the seeds of one row along its free cells, both ways. Returns whether anything was gained.
bool spread_row(std::uint64_t* seed, const std::uint64_t* open, int words) {
  bool gained = false;
  std::uint64_t carry = 0;
  for (int i = 0; i < words; ++i) {  // towards higher x: the carry of a sum runs along the free cells
    const std::uint64_t free = open[i], start = (seed[i] | carry) & free;
    const std::uint64_t reached = (((free + start) ^ free) | start) & free;
    gained |= reached != seed[i];
    seed[i] = reached;
    carry = reached >> 63;
  }
  carry = 0;
  for (int i = words - 1; i >= 0; --i) {
    std::uint64_t free = open[i], reached = (seed[i] | (carry << 63)) & free;
    for (int step = 1; step < 64; step *= 2) {
      reached |= free & (reached >> step);
      free &= free >> step;
    }
    gained |= reached != seed[i];
    seed[i] = reached;
    carry = reached & 1;
  }
  return gained;
}

}  // namespace

BitGrid dilated(const BitGrid& grid) {
  BitGrid wide = grid;
  for (int z = 0; z < grid.nz; ++z)
    for (int y = 0; y < grid.ny; ++y) {
      const std::uint64_t* from = grid.row(y, z);
      std::uint64_t* to = wide.row(y, z);
      for (int i = 0; i < grid.words; ++i) {
        to[i] |= (from[i] << 1) | (from[i] >> 1);
        if (i > 0) to[i] |= from[i - 1] >> 63;
        if (i + 1 < grid.words) to[i] |= from[i + 1] << 63;
      }
    }
  const std::size_t row = grid.words, slice = row * grid.ny;
  for (std::size_t step : {row, slice}) {
    if (step == slice && grid.nz == 1) break;
    // Rows of the padding are empty, so that what wraps from one slice's last row to the next is nothing.
    BitGrid narrow = wide;
    for (std::size_t i = step; i < wide.bits.size(); ++i) {
      wide.bits[i] |= narrow.bits[i - step];
      wide.bits[i - step] |= narrow.bits[i];
    }
  }
  return wide;
}

void flood(BitGrid& seed, const BitGrid& open) {
  const int words = seed.words;
  std::vector<int> queue;
  std::vector<char> queued(std::size_t(seed.ny) * seed.nz, 0);
  auto push = [&](int index) {
    if (!queued[index]) {
      queued[index] = 1;
      queue.push_back(index);
    }
  };
  for (int i = 0; i < seed.ny * seed.nz; ++i)
    if (std::any_of(seed.bits.begin() + std::ptrdiff_t(i) * words, seed.bits.begin() + std::ptrdiff_t(i + 1) * words, [](std::uint64_t w) { return w != 0; }))
      push(i);
  std::vector<int> current;
  while (!queue.empty()) {
    current.swap(queue);
    queue.clear();
    for (int index : current) {
      queued[index] = 0;
      const int y = index % seed.ny, z = index / seed.ny;
      std::uint64_t* row = seed.row(y, z);
      spread_row(row, open.row(y, z), words);
      const int neighbours[4][2] = {{y - 1, z}, {y + 1, z}, {y, z - 1}, {y, z + 1}};
      for (const auto& next : neighbours) {
        if (next[0] < 0 || next[0] >= seed.ny || next[1] < 0 || next[1] >= seed.nz) continue;
        std::uint64_t* there = seed.row(next[0], next[1]);
        const std::uint64_t* free = open.row(next[0], next[1]);
        std::uint64_t gained = 0;
        for (int i = 0; i < words; ++i) {
          const std::uint64_t gain = row[i] & free[i] & ~there[i];
          there[i] |= gain;
          gained |= gain;
        }
        if (gained) push(next[1] * seed.ny + next[0]);
      }
    }
    current.clear();
  }
}

void BitGrid::set_span(int x0, int x1, int y, int z) {
  std::uint64_t* at = row(y, z);
  for (int i = x0 >> 6; i <= x1 >> 6; ++i) {
    const int from = std::max(x0 - i * 64, 0), to = std::min(x1 - i * 64, 63);
    at[i] |= (~0ull >> (63 - (to - from))) << from;
  }
}

BitGrid filled(const BitGrid& walls, bool from_above, bool from_below) {
  const int pad = 3, below = from_below ? pad : 0, above = from_above ? pad : 0;
  BitGrid padded(walls.nx + 2 * pad, walls.ny + 2 * pad, walls.nz + below + above);
  for (int z = 0; z < walls.nz; ++z)
    for (int y = 0; y < walls.ny; ++y) {
      const std::uint64_t* from = walls.row(y, z);
      std::uint64_t* to = padded.row(y + pad, z + below);
      for (int i = 0; i < walls.words; ++i) {
        to[i] |= from[i] << pad;
        if (i + 1 < padded.words) to[i + 1] |= from[i] >> (64 - pad);
      }
    }
  BitGrid open = dilated(padded);
  for (std::uint64_t& word : open.bits) word = ~word;
  BitGrid outside(padded.nx, padded.ny, padded.nz);
  for (int z = 0; z < padded.nz; ++z)
    for (int y = 0; y < padded.ny; ++y) {
      const bool edge = y == 0 || y == padded.ny - 1 || (from_below && z == 0) || (from_above && z == padded.nz - 1);
      if (edge) outside.set_span(0, padded.nx - 1, y, z);
      outside.set(0, y, z);
      outside.set(padded.nx - 1, y, z);
      const int spare = padded.words * 64 - padded.nx;  // bits beyond the row are no cells
      if (spare > 0) open.row(y, z)[padded.words - 1] &= ~0ull >> spare;
    }
  flood(outside, open);
  outside = dilated(outside);
  BitGrid solid(walls.nx, walls.ny, walls.nz);
  for (int z = 0; z < walls.nz; ++z)
    for (int y = 0; y < walls.ny; ++y) {
      const std::uint64_t* air = outside.row(y + pad, z + below);
      const std::uint64_t* wall = walls.row(y, z);
      std::uint64_t* to = solid.row(y, z);
      for (int i = 0; i < walls.words; ++i) {
        std::uint64_t out = air[i] >> pad;
        if (i + 1 < outside.words) out |= air[i + 1] << (64 - pad);
        to[i] = wall[i] | ~out;
      }
      const int spare = walls.words * 64 - walls.nx;
      if (spare > 0) to[walls.words - 1] &= ~0ull >> spare;
    }
  return solid;
}

}  // namespace c3po
