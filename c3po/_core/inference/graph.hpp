// What a packed network holds: a list of nodes, each reading earlier ones, and their tensors.
#pragma once
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace c3po::inference {

// A packed file cannot be used. The text says what was expected and what was found; the caller adds the path.
struct PackedError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Op : std::uint32_t {
  input, conv2d, linear, relu, max_pool, avg_pool, global_avg_pool, global_max_pool, add, flatten, concat,
  softmax, sigmoid, affine, view_split, view_pool, gru, lstm,
};
constexpr std::uint32_t kOps = 18;
const char* op_name(Op op);

// How the nonzero entries of a tensor are stored.
enum class Coding : std::uint32_t {
  floats,  // sign, exponent and `mantissa_bits` bits of the mantissa
  book,    // an index into a book of floats
  levels,  // an integer times one float step
};

// rows x columns, row-major; a column of a convolution is (input channel, ky, kx) with `taps` = kh * kw.
struct Tensor {
  std::uint32_t rows = 0, columns = 0, taps = 1;
  Coding coding = Coding::floats;
  std::uint32_t mantissa_bits = 23;
  std::vector<float> book;          // book: ascending entries; levels: the step
  std::vector<std::int32_t> codes;  // writing only: index into book, or level; one per entry, ignored at zeros
  std::vector<float> values;        // one per entry
  std::vector<std::uint8_t> level;  // weights of nested networks: the level from which on an entry counts, or empty
  std::vector<Tensor> lower;        // biases and scales of the levels below the last, or empty where all share one
  std::size_t size() const { return std::size_t{rows} * columns; }
};

struct Shape {
  std::uint32_t channels = 0, height = 1, width = 1;
  std::uint64_t size() const { return std::uint64_t{channels} * height * width; }
  bool operator==(const Shape& o) const { return channels == o.channels && height == o.height && width == o.width; }
};

enum class ViewPool : std::uint32_t { max, mean, concat };

// Settings by op. conv2d: out, kh, kw, sh, sw, ph, pw. pools: -, kh, kw, sh, sw, ph, pw, count_padding.
// linear, gru, lstm: out. view_split: channels of one view. view_pool: ViewPool. input: channels, height, width.
struct Node {
  Op op = Op::input;
  std::vector<std::uint32_t> inputs;
  std::array<std::uint32_t, 8> settings{};
  std::array<Tensor, 5> tensors;  // kernels: weight, bias, scale; affine: scale, bias; recurrent: see recurrent.hpp
  std::array<bool, 5> has{};
  Shape shape;              // of the output, by infer_shapes
  std::uint32_t views = 0;  // > 0 while each view is computed on its own
};

struct Graph {
  std::vector<Node> nodes;             // nodes[0] is the input
  std::vector<std::uint32_t> outputs;  // the last is the network's answer, the others early exits in order
  std::string metadata;                // compact JSON or empty
  std::uint32_t levels = 1;            // nested networks in the file, the smallest first
};

// Bounds that keep a hostile file from asking for more memory or time than any network here needs.
constexpr std::uint64_t kMaxNodes = 1024, kMaxSide = 1u << 16, kMaxWeights = 1u << 24, kMaxValues = 1u << 25,
                        kMaxMacs = std::uint64_t{1} << 36, kMaxMetadata = 1u << 20, kMaxWork = 1u << 30, kMaxChannels = 1u << 25;

constexpr std::uint32_t kMaxLevels = 8;

// Leaves the network of one level: entries of higher levels become zeros, its biases and scales take their places.
void select_level(Graph& graph, std::uint32_t level);

// Cuts the input to one row (one step of time), for networks whose recurrent layers read the rows one by one; throws
// PackedError for others.
void cut_to_one_step(Graph& graph);

// Turns a network of some views into one of `n_views` that answers several questions about them, one answer after the
// other: each question names the views that it shows, in order. Throws PackedError where views do not meet by
// concatenation in a linear layer.
void ask_together(Graph& graph, const std::vector<std::vector<std::uint32_t>>& questions, std::uint32_t n_views);

// Fills in the shape of every node and of every tensor, or throws PackedError naming the node.
void infer_shapes(Graph& graph);

}  // namespace c3po::inference
