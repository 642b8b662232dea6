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
  std::int32_t in_row;                 // floats between rows
  std::int32_t out_row, out_plane;     // and between channels
  std::int32_t add_row, add_plane;     // of the residual input
  bool relu;
  bool pool;  // the maximum of each 2 x 2 is stored, in a plane of half the sides; only for tiles of even rows
};

// One tile: `columns` may end inside the last vector; what lies behind is stored as zero.
using ConvTile = void (*)(const ConvJob&, const float* in, float* out, const float* add, std::int32_t columns);

// Output rows side by side, `lanes` to a group. With 8 lanes each has offsets of its own: length x {int32 offset[8]},
// length x {float weight[8]}; with 32 they share them: length x {int32 offset}, length x {float weight[32]}.
struct LinearJob {
  const std::int32_t* offsets;
  const float* weights;
  const std::int32_t* lengths;  // of each group
  const std::int32_t* rows;     // where each lane's output goes, -1 for none
  const float* bias;            // of each lane
  std::int32_t groups, lanes;
  bool relu;
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

struct Kernels {
  const char* name;
  std::int32_t registers;  // vector registers
  std::int32_t widest;     // floats per vector
  ConvTile (*conv)(std::int32_t vector, std::int32_t rows, std::int32_t vectors, std::int32_t block);  // or nullptr
  void (*linear)(const LinearJob&, const float* in, float* out);
  void (*gates)(const GateJob&);
  float (*fused_chains)(std::int64_t rounds);  // 10 * widest * rounds multiply-adds, to measure the peak
};

const Kernels& exact_kernels();
const Kernels& best_kernels();
const Kernels* kernels_named(const char* name);  // nullptr when this machine cannot run them

}  // namespace c3po::inference
