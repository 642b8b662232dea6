// What the engine does for one graph: buffers placed in one arena and a list of steps over them.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "_core/inference/graph.hpp"
#include "_core/inference/kernels.hpp"

namespace c3po::inference {

// Where a value lies: channels of `plane` floats, rows of `row` floats, element (0, 0, 0) at `origin`. Everything
// between the values is zero and stays zero: it is the padding that convolutions read.
struct Place {
  std::int64_t origin = 0;
  std::int32_t plane = 1, row = 1;
  Shape shape;
};

struct Tile {
  ConvTile run;
  std::int32_t y, x, columns;
};

struct ConvStep {
  ConvJob job;  // pointers into the vectors below, set by finish()
  std::vector<std::uint8_t> entries;
  std::vector<std::int32_t> counts, rows;
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
  std::vector<float> weights, bias;
  Place out;
  std::int64_t macs = 0;
  void finish();
};

struct CopyInStep {  // image planes to the arena, times scale plus offset by image channel
  Place out;
  std::int32_t channels_per_view = 0;
  std::vector<float> scale, offset;
};

struct PhaseStep {  // one value to the (sy * sx) planes that strided convolutions read
  Place in, out;    // out.shape: channels * sy * sx planes
  std::int32_t sy = 1, sx = 1;
};

// Everything without weights worth a kernel of its own.
struct PlainStep {
  Op op;
  std::vector<Place> in;
  Place out;
  std::array<std::uint32_t, 8> settings{};
  std::vector<float> scale, offset;  // affine
  std::uint32_t views = 0;           // view_pool
};

struct RecurrentStep {
  LinearStep input, state;  // biases inside; offsets from the row of the step, and from the hidden state
  Place in, out;
  std::int64_t input_part = 0, state_part = 0, hidden = 0, cell = 0;  // in the arena
  std::int32_t units = 0, steps = 0;
  bool is_lstm = false, keeps_sequence = false;
};

struct Step {
  enum class Kind { copy_in, conv, linear, phase, plain, recurrent, emit } kind;
  std::size_t index;
  std::size_t node;
  std::uint32_t views;  // 0, or the loop it belongs to
};

struct Plan {
  Plan(Graph graph, const Kernels& kernels);

  std::vector<Step> steps;
  std::vector<ConvStep> convs;
  std::vector<LinearStep> linears;
  std::vector<CopyInStep> copies;
  std::vector<PhaseStep> phases;
  std::vector<PlainStep> plains;
  std::vector<RecurrentStep> recurrents;
  std::vector<Place> emits;
  std::int64_t arena_floats = 0;
  Shape input, output;
  const Kernels* kernels;
};

// Zeroes weights that no input reaches or no output reads; the answers keep every bit.
void drop_dead_weights(Graph& graph);

}  // namespace c3po::inference
