// The inner loops, compiled once per instruction set (kernels_*.cpp) and chosen at load.
//
// Every output is one chain of fused multiply-adds over its entries in file order, whatever the vector width, tile or
// block, so all sets with fused multiply-add give the same bits, and so does the plain `exact` set everywhere.
#pragma once
#include <cstdint>

namespace c3po::inference {

// Output rows of a convolution, `block` at a time sharing one list of entries {int32 offset, float weight[block]}.
struct ConvJob {
  const std::uint8_t* entries;
  const std::int32_t* counts;  // entries of each block
  const std::int32_t* rows;    // output channel of each lane, -1 for none
  const float* bias;           // by output channel
  std::int32_t blocks, block;
  std::int32_t in_row;               // floats between rows; rows of several views lie between each other
  std::int32_t out_row, out_plane;   // and between channels
  std::int32_t add_row, add_plane;   // of the residual input
  std::int32_t odd_columns;          // split: floats from the plane of even columns to that of odd ones
  bool relu;
  bool pool;   // the maximum of each 2 x 2 is stored, in a plane of half the sides; only for tiles of even rows
  bool split;  // even and odd columns go to planes of their own, as a convolution of stride 2 reads them
};

// Where one tile reads and writes; `columns` may end inside the last vector, what lies behind is stored as zero.
struct TileAt {
  const float* in;
  float* out;
  const float* add;                // or nullptr
  const std::int32_t* split_rows;  // split: floats from `out` to the place of each row
  std::int32_t columns;
};
using ConvTile = void (*)(const ConvJob&, const TileAt&);

// Output rows side by side, `lanes` to a group. With 8 lanes each has offsets of its own: length x {int32 offset[8]},
// length x {float weight[8]}; with more they share them: length x {int32 offset}, length x {float weight[lanes]}.
struct LinearJob {
  const std::int32_t* offsets;
  const float* weights;
  const std::int32_t* lengths;  // of each group
  const std::int32_t* rows;     // where each lane's output goes, -1 for none
  const float* bias;            // of each lane
  std::int32_t groups, lanes;
  bool relu;
  bool in_order;  // rows is 0, 1, 2, ... without a gap
  bool from_end = false;  // the last group first: what the nearest cache still holds of the last call is read again
};

// One step of a gated recurrent layer, after the products: input and hidden halves by gate, in torch's order.
struct GateJob {
  const float* input;   // gates * hidden, biases added
  const float* state;   // gates * hidden, biases added (lstm: of h)
  float* hidden;        // in and out
  float* cell;          // lstm: in and out
  std::int32_t units;
  bool is_lstm;
};

// One plane copied as scale * value + offset, to a plane or, split, to the four planes that a stride of 2 reads.
struct CopyJob {
  const float* from;
  float* to;
  std::int32_t height, width, from_row, to_row;
  std::int32_t to_plane;  // split: floats between the four planes
  float scale, offset;
  bool split;
};

struct Kernels {
  const char* name;
  std::int32_t registers;  // vector registers
  std::int32_t widest;     // floats per vector
  ConvTile (*conv)(std::int32_t vector, std::int32_t rows, std::int32_t vectors, std::int32_t block);  // or nullptr
  void (*linear)(const LinearJob&, const float* in, float* out);
  // The same for `count` inputs, `in_step` and `out_step` floats apart.
  void (*linear_many)(const LinearJob&, const float* in, std::int32_t in_step, float* out, std::int32_t out_step, std::int32_t count);
  void (*gates)(const GateJob&);
  bool (*copy)(const CopyJob&);  // false when a value is an infinity or NaN
  // Sum or maximum of a plane in sixteen running values, so that its order does not depend on the vector width.
  float (*reduce)(const float* from, std::int32_t height, std::int32_t width, std::int32_t row, bool is_max);
  float (*fused_chains)(std::int64_t rounds);  // 10 * widest * rounds multiply-adds, to measure the peak
};

// Lanes of a group of outputs that share their inputs: few where zeros come in blocks, many where there are none.
constexpr std::int32_t kFewLanes = 16;
inline std::int32_t many_lanes(const Kernels& kernels) { return kernels.widest == 16 ? 64 : 32; }

const Kernels& exact_kernels();
const Kernels& best_kernels();
const Kernels* kernels_named(const char* name);  // nullptr when this machine cannot run them

}  // namespace c3po::inference
