// Inner loops of layers on bytes: activations of seven bits, and a sign in recurrent layers, weights of eight, sums of
// 32 bits.
//
// Seven bits, so that two products of a byte and a weight fit in sixteen bits, whatever the processor multiplies with;
// no sum rounds or overflows, and what follows it is rounded operation by operation, so every set gives the same bits.
#pragma once
#include <cstdint>

namespace c3po::inference {

// Four entries of a block of four output channels: where each reads in the patch, and for each output the four weights,
// a byte per entry, the first in the lowest.
struct ByteQuad {
  std::int32_t at[4];
  std::uint32_t weights[4];
};

constexpr int kQuadsAhead = 2;  // read before their turn, so that many lie behind the last
struct ByteJob {
  const ByteQuad* quads;
  const std::int32_t* counts;    // quads of each block
  const std::int32_t* rows;      // output channel of each lane, -1 for none
  const float *scale, *bias;     // of each lane: output = scale * sum + bias, in steps of the output
  const float* add_scale;        // of each lane: steps of the output in one of the residual input
  std::int32_t blocks;
  std::int32_t out_plane, add_plane;  // bytes between channels
  bool relu;                     // of outputs that are floats; bytes end at zero anyhow
};

// What a tile reads: vectors of consecutive pixels, zero where the padding lies. Taps of one row of a kernel differ by a
// shift of a pixel inside the rows of the image, where these are 4, 8 or 16 pixels wide.
struct PatchRow {
  std::int64_t offset;  // from the first byte of the arena, for pixel zero
  std::int32_t mask;    // in `masks`, for pixel zero of an image
  std::int32_t taps;    // bits 0 to 2: the vectors that follow each other in the patch: pixels before, these, pixels behind
};
struct PatchJob {
  const PatchRow* rows;
  const std::uint8_t* masks;
  std::int32_t count, width;
};
constexpr std::int32_t kBefore = 1, kThese = 2, kBehind = 4;

struct ByteTile {
  const std::uint8_t* patch;
  std::uint8_t* out;        // or nullptr
  const std::uint8_t* add;  // or nullptr
  float* floats;            // where `out` is nullptr
  std::int64_t float_plane;      // floats between channels
  const std::int32_t* quarters;  // floats to each four pixels
};

// A matrix times numbers from -127 to 127: output = scale * sum + bias, of each lane.
struct ByteMatrixJob {
  const std::int8_t* weights;  // of four inputs, lane by lane; then of the next four
  const std::int32_t* start;   // what the sum of each lane begins with: makes up for `zero`
  const float *scale, *bias;
  std::int32_t quads, lanes;   // lanes: a multiple of pixels / 4
};

struct Int8Kernels {
  const char* name;
  std::int32_t pixels;  // of a tile
  std::uint8_t zero;    // the byte that signed_bytes() writes for zero
  void (*gather)(const PatchJob&, const std::uint8_t* arena, std::int64_t pixel, std::int32_t pixel_of_image, std::uint8_t* patch);
  void (*tile)(const ByteJob&, const ByteTile&);
  // Bytes of floats: times `inverse`, cut to [0, 127], rounded; false when one is an infinity or NaN.
  bool (*quantise)(const float* from, std::int64_t count, float inverse, std::uint8_t* to);
  // Rows of an even number of pixels, taken in turns by two pairs of planes that take their pixels in turns.
  void (*split)(const std::uint8_t* from, std::int32_t rows, std::int32_t width, std::uint8_t* to, std::int64_t to_plane);
  // Bytes of floats for multiply(): times `inverse`, cut to [-127, 127], rounded to the nearest, halves to even.
  void (*signed_bytes)(const float* from, std::int32_t count, float inverse, std::uint8_t* to);
  void (*multiply)(const ByteMatrixJob&, const std::uint8_t* in, float* out);
};

constexpr int kByteTop = 127;
constexpr int kMaxPixels = 64;  // of a tile

// The best set for a processor that runs the float kernels of this name.
const Int8Kernels& int8_kernels(const char* float_kernels);

}  // namespace c3po::inference
