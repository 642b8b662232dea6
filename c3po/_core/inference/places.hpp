// Where values lie in the arena, and which buffer may take the next one.
#pragma once
#include <cstdint>
#include <vector>

#include "_core/inference/graph.hpp"

namespace c3po::inference {

// Channels `plane` floats apart, rows `pitch`, views `view`; element (0, 0, 0) of view 0 at `origin`. The rows of all
// views with one y lie beside each other, so that one tile runs over them all. What lies between the values is zero and
// stays zero: it is the padding that convolutions read.
struct Place {
  std::int64_t origin = 0;
  std::int32_t plane = 1, pitch = 1, view = 1;
  std::uint32_t views = 1;
  Shape shape;
};

// Zeros that convolutions need around a value.
struct Halo {
  std::int64_t y = 0, x = 0;
};

// How a value lies: as planes of its own, or as the sy * sx planes per channel that a strided convolution reads.
struct Form {
  std::uint32_t sy = 1, sx = 1;
  bool is_plain() const { return sy == 1 && sx == 1; }
};

class Places {
 public:
  static constexpr std::size_t kNone = ~std::size_t{0};

  struct Held {
    Place place;
    std::size_t buffer = kNone;  // to be given to release(), once
  };

  // A place for a value; the buffer may be one that was released by a value of the same sides.
  Held planes(const Shape& shape, std::uint32_t views, Halo halo, Form form);
  // One value after another, for shapes of height and width 1; never reused, so what is not written stays zero.
  Place vector(const Shape& shape, std::uint32_t views);
  void release(std::size_t buffer);
  // Whether a value with these needs may overwrite the one in the buffer, element by element.
  bool fits(std::size_t buffer, const Shape& shape, std::uint32_t views, Halo halo) const;

  std::int64_t floats() const { return floats_ + kGuard * 8; }

 private:
  static constexpr std::int64_t kMaxFloats = std::int64_t{1} << 26, kGuard = 64;

  struct Buffer {
    std::uint32_t channels, height, width, views;
    Form form;
    Halo halo;
    Place place;
    bool is_free;
  };

  std::int64_t take(std::int64_t floats);

  std::int64_t floats_ = kGuard;
  std::vector<Buffer> buffers_;
};

}  // namespace c3po::inference
