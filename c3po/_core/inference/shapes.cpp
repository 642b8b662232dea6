// Shapes of all nodes and tensors, checked against the bounds before anything is allocated.
#include <string>

#include "_core/inference/graph.hpp"

namespace c3po::inference {
namespace {

using U64 = std::uint64_t;

[[noreturn]] void refuse(std::size_t index, const Node& node, const std::string& text) {
  throw PackedError("node " + std::to_string(index) + " (" + op_name(node.op) + "): " + text);
}

std::string text_of(const Shape& s) {
  return std::to_string(s.channels) + "x" + std::to_string(s.height) + "x" + std::to_string(s.width);
}

struct Inference {
  Graph& graph;
  std::size_t index = 0;
  U64 weights = 0, values = 0, channels = 0, macs = 0;

  Node& node() { return graph.nodes[index]; }
  [[noreturn]] void refuse_node(const std::string& text) { refuse(index, node(), text); }

  const Node& input(std::size_t i = 0) { return graph.nodes[node().inputs[i]]; }

  void shape_tensor(std::size_t slot, U64 rows, U64 columns, U64 taps = 1) {
    if (!node().has[slot]) return;
    const U64 block = node().op == Op::affine || slot_is_vector(slot) ? 1 : circulant_block();
    if (rows % block || columns / taps % block)
      refuse_node("expected sides that are multiples of the circulant block " + std::to_string(block));
    weights += rows * columns;  // as the engine writes them out
    if (columns > kMaxWeights || weights > kMaxWeights) refuse_node("expected at most " + std::to_string(kMaxWeights) + " weights in all");
    Tensor& t = node().tensors[slot];
    t.rows = static_cast<std::uint32_t>(rows / block);
    t.columns = static_cast<std::uint32_t>(columns);
    t.taps = static_cast<std::uint32_t>(taps);
  }

  bool slot_is_vector(std::size_t slot) {
    return node().op == Op::gru || node().op == Op::lstm ? slot >= 2 : slot >= 1;
  }

  U64 circulant_block() { return node().settings[7] ? node().settings[7] : 1; }

  void count_macs(U64 more) {
    macs += more * (node().views ? node().views : 1);
    if (more > kMaxMacs || macs > kMaxMacs) refuse_node("expected at most 2^36 multiplications in all");
  }

  std::uint32_t windows(std::uint32_t size, std::uint32_t kernel, std::uint32_t stride, std::uint32_t padding) {
    if (!kernel || !stride || kernel > 256 || stride > 256 || padding >= kernel || padding > 15)
      refuse_node("expected 1 <= kernel, stride <= 256 and padding < kernel, <= 15, got " + std::to_string(kernel) + ", " +
                  std::to_string(stride) + ", " + std::to_string(padding));
    if (size + 2 * padding < kernel)
      refuse_node("expected an input of at least " + std::to_string(kernel) + " per side, got " + std::to_string(size));
    return (size + 2 * padding - kernel) / stride + 1;
  }

  Shape windowed(std::uint32_t channels) {
    const auto& s = node().settings;
    const Shape& in = input().shape;
    return {channels, windows(in.height, s[1], s[3], s[5]), windows(in.width, s[2], s[4], s[6])};
  }

  void layer_shape() {
    Node& n = node();
    const auto& s = n.settings;
    if (!n.has[0]) refuse_node("expected a weight");
    if (!s[0] || s[0] > kMaxSide) refuse_node("expected 1 to 65536 outputs, got " + std::to_string(s[0]));
    const Shape in = input().shape;
    U64 columns = in.size(), taps = 1;
    if (n.op == Op::conv2d) {
      n.shape = windowed(s[0]);
      taps = U64{s[1]} * s[2];
      columns = in.channels * taps;
    } else {
      n.shape = {s[0], 1, 1};
    }
    if (columns > kMaxWeights) refuse_node("expected at most " + std::to_string(kMaxWeights) + " inputs");
    shape_tensor(0, s[0], columns, taps);
    shape_tensor(1, s[0], 1);
    shape_tensor(2, s[0], 1);
    if (n.shape.size() > kMaxValues) refuse_node("expected at most 2^25 values between layers");
    count_macs(columns * n.shape.size());
  }

  void recurrent_shape() {
    Node& n = node();
    const Shape in = input().shape;
    const U64 hidden = n.settings[0], gates = n.op == Op::gru ? 3 : 4;
    if (in.channels != 1) refuse_node("expected an input of 1 x steps x features, got " + text_of(in));
    if (!hidden || hidden > 4096 || in.width > kMaxSide) refuse_node("expected 1 to 4096 hidden units");
    if (!n.has[0] || !n.has[1]) refuse_node("expected both weights");
    n.shape = n.settings[1] ? Shape{1, in.height, static_cast<std::uint32_t>(hidden)}
                            : Shape{static_cast<std::uint32_t>(hidden), 1, 1};
    shape_tensor(0, gates * hidden, in.width);
    shape_tensor(1, gates * hidden, hidden);
    shape_tensor(2, gates * hidden, 1);
    shape_tensor(3, gates * hidden, 1);
    count_macs(gates * hidden * (in.width + hidden) * in.height);
  }

  void concat_shape() {
    Node& n = node();
    n.shape = input().shape;
    U64 channels = 0;
    for (std::size_t i = 0; i < n.inputs.size(); ++i) {
      const Shape& s = input(i).shape;
      if (s.height != n.shape.height || s.width != n.shape.width)
        refuse_node("expected inputs of one height and width, got " + text_of(n.shape) + " and " + text_of(s));
      channels += s.channels;
    }
    if (channels > kMaxWeights) refuse_node("expected fewer channels, got " + std::to_string(channels));
    n.shape.channels = static_cast<std::uint32_t>(channels);
  }

  void add_shape() {
    Node& n = node();
    n.shape = input().shape;
    for (std::size_t i = 1; i < n.inputs.size(); ++i)
      if (!(input(i).shape == n.shape))
        refuse_node("expected inputs of one shape, got " + text_of(n.shape) + " and " + text_of(input(i).shape));
  }

  void view_shape() {
    Node& n = node();
    n.shape = input().shape;
    if (n.op == Op::view_split) {
      const std::uint32_t each = n.settings[0];
      if (n.views) refuse_node("expected views to be split once");
      if (!each || n.shape.channels % each) refuse_node("expected channels that divide into views, got " + text_of(n.shape));
      n.views = n.shape.channels / each;
      n.shape.channels = each;
      return;
    }
    if (!n.views) refuse_node("expected an input that is split into views");
    if (n.settings[0] > 2) refuse_node("expected pooling 0, 1 or 2, got " + std::to_string(n.settings[0]));
    if (static_cast<ViewPool>(n.settings[0]) == ViewPool::concat) {
      if (U64{n.shape.channels} * n.views > kMaxWeights) refuse_node("expected fewer channels");
      n.shape.channels *= n.views;
    }
    n.views = 0;
  }

  void node_shape() {
    Node& n = node();
    n.views = 0;
    for (std::size_t i = 0; i < n.inputs.size(); ++i) {
      if (n.inputs[i] >= index) refuse_node("expected inputs that come earlier");
      if (i == 0) n.views = input().views;
      if (input(i).views != n.views) refuse_node("expected inputs that are all split into views or none");
    }
    if (n.inputs.empty() != (n.op == Op::input) || (n.op == Op::input) != (index == 0))
      refuse_node("expected one input node, the first, and inputs for every other");
    switch (n.op) {
      case Op::input:
        n.shape = {n.settings[0], n.settings[1], n.settings[2]};
        if (!n.shape.channels || !n.shape.height || !n.shape.width || n.shape.channels > kMaxSide ||
            n.shape.height > kMaxSide || n.shape.width > kMaxSide)
          refuse_node("expected sides from 1 to 65536, got " + text_of(n.shape));
        break;
      case Op::conv2d:
      case Op::linear: layer_shape(); break;
      case Op::max_pool:
      case Op::avg_pool:
        n.shape = windowed(input().shape.channels);
        if (n.shape.size() > kMaxValues) refuse_node("expected at most 2^25 values between layers");
        count_macs(n.shape.size() * n.settings[1] * n.settings[2]);
        break;
      case Op::global_avg_pool:
      case Op::global_max_pool: n.shape = {input().shape.channels, 1, 1}; break;
      case Op::flatten: n.shape = {static_cast<std::uint32_t>(input().shape.size()), 1, 1}; break;
      case Op::add: add_shape(); break;
      case Op::concat: concat_shape(); break;
      case Op::affine:
        n.shape = input().shape;
        if (!n.has[0]) refuse_node("expected a scale");
        shape_tensor(0, n.shape.channels, 1);
        shape_tensor(1, n.shape.channels, 1);
        break;
      case Op::view_split:
      case Op::view_pool: view_shape(); break;
      case Op::gru:
      case Op::lstm: recurrent_shape(); break;
      default: n.shape = input().shape;
    }
    if (n.shape.size() > kMaxValues) refuse_node("expected at most 2^25 values between layers");
    values += n.shape.size() * (n.views ? n.views : 1);
    if (values > kMaxWork) refuse_node("expected at most 2^30 values to be computed in all");
    channels += n.shape.channels;
    if (channels > kMaxChannels) refuse_node("expected at most 2^25 channels in all");  // each is remembered for a while
  }
};

}  // namespace

const char* op_name(Op op) {
  static const char* names[kOps] = {"input",           "conv2d", "linear",  "relu",   "max_pool", "avg_pool",
                                    "global_avg_pool", "global_max_pool", "add", "flatten", "concat", "softmax",
                                    "sigmoid",         "affine", "view_split", "view_pool", "gru", "lstm"};
  return names[static_cast<std::uint32_t>(op)];
}

void infer_shapes(Graph& graph) {
  if (graph.nodes.empty() || graph.nodes.size() > kMaxNodes)
    throw PackedError("expected 1 to " + std::to_string(kMaxNodes) + " nodes, got " + std::to_string(graph.nodes.size()));
  Inference inference{graph};
  for (; inference.index < graph.nodes.size(); ++inference.index) inference.node_shape();
  if (graph.outputs.empty()) throw PackedError("expected at least one output");
  const Shape& answer = graph.nodes[graph.outputs.back() < graph.nodes.size() ? graph.outputs.back() : 0].shape;
  for (const std::uint32_t output : graph.outputs) {
    if (output >= graph.nodes.size()) throw PackedError("expected outputs among the nodes, got " + std::to_string(output));
    const Node& n = graph.nodes[output];
    if (n.views || n.shape.height != 1 || n.shape.width != 1)
      refuse(output, n, "expected an output of one value per label, got " + text_of(n.shape));
    if (!(n.shape == answer)) refuse(output, n, "expected exits with as many values as the last output");
  }
}

}  // namespace c3po::inference
