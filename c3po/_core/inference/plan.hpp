// What the engine does for one graph: buffers placed in one arena and a list of steps over them.
#pragma once
#include <cstdint>
#include <vector>

#include "_core/inference/graph.hpp"
#include "_core/inference/int8_plan.hpp"
#include "_core/inference/kernels.hpp"
#include "_core/inference/on_cache_lines.hpp"
#include "_core/inference/places.hpp"

namespace c3po::inference {

struct Tile {
  ConvTile run;
  std::int32_t row, x, columns;  // rows of all views are counted together
};

struct ConvStep {
  ConvJob job;  // pointers into the vectors below, set by finish()
  std::vector<std::uint8_t> entries;
  std::vector<std::int32_t> counts, rows, split_rows;
  std::vector<float> bias;
  std::vector<Tile> tiles;
  Place in, out, add;
  bool adds = false;
  std::int64_t macs = 0;
  void finish();
};

struct LinearStep {
  LinearJob job;
  std::vector<std::int32_t> offsets, lengths, rows;
  std::vector<float, OnCacheLines<float>> weights;
  std::vector<float> bias;
  Place in, out;
  std::int64_t macs = 0;
  void finish();
};

struct CirculantStep {  // a linear layer of large circulant blocks, by the transforms of their first rows
  std::size_t block = 0;
  std::vector<double> weights_re, weights_im, turns;  // conjugate transforms, block by block of each row of blocks
  std::vector<std::int32_t> offsets;                  // of each input
  std::vector<float> scale, bias;
  Place in, out;
  bool relu = false;
};

struct CopyInStep {  // image planes to the arena, times scale plus offset by image channel
  Place out;
  std::uint32_t height = 0, width = 0;
  bool split = false;
  std::vector<float> scale, offset;
};

struct PhaseStep {  // one value to the (sy * sx) planes that strided convolutions read
  Place in, out;    // out.shape: channels * sy * sx planes
  Form form;
};

// Everything without weights worth a kernel of its own.
struct PlainStep {
  Op op;
  std::vector<Place> in;
  Place out;
  std::array<std::uint32_t, 8> settings{};
  std::vector<float> scale, offset;  // affine
};

struct RecurrentStep {
  LinearStep input, state;  // biases inside; offsets from the row of the step, and from the hidden state
  ByteMatrix byte_input, byte_state;  // instead of these, on bytes
  bool is_on_bytes = false;
  std::int64_t bytes = 0;  // in the arena: what these read
  Place in, out;
  std::int64_t macs = 0;
  std::int64_t input_part = 0, state_part = 0, hidden = 0, cell = 0;  // in the arena
  std::int32_t input_step = 0;  // floats between the input parts of two steps
  std::int32_t units = 0, steps = 0;
  bool is_lstm = false, keeps_sequence = false;
  bool keeps_state = false;  // from call to call
};

struct Step {
  enum class Kind { copy_in, conv, linear, phase, plain, recurrent, emit, circulant, quantise, byte_split, byte_conv, floats } kind;
  std::size_t index;
  std::size_t node;
  bool is_for_exit = false;  // no part of the way to the answer
};

// Largest value of each channel of a node that layers on bytes tell apart, by node; empty where they may not read it.
using Ranges = std::vector<std::vector<float>>;

struct Plan {
  // With ranges, every convolution and recurrent layer that they and its shape allow runs on bytes.
  Plan(Graph graph, const Kernels& kernels, const Ranges& ranges = {});

  std::vector<Step> steps;
  std::vector<ConvStep> convs;
  std::vector<LinearStep> linears;
  std::vector<CopyInStep> copies;
  std::vector<PhaseStep> phases;
  std::vector<PlainStep> plains;
  std::vector<RecurrentStep> recurrents;
  std::vector<CirculantStep> circulants;
  Int8Plan int8;
  std::vector<Place> emits;  // the last is the answer, the others early exits in order
  std::int64_t arena_floats = 0;
  Shape input, output;
  const Kernels* kernels;
};

// Lets nodes without tensors that say the same as an earlier one be read from that.
void merge_same_nodes(Graph& graph);

// Zeroes weights that no input reaches or no output reads; the answers keep every bit.
void drop_dead_weights(Graph& graph);

}  // namespace c3po::inference
