// Dead weights: what reads a channel that is always zero, or feeds a channel that nobody reads.
#include <algorithm>

#include "_core/inference/plan.hpp"

namespace c3po::inference {
namespace {

using Flags = std::vector<std::uint8_t>;

bool is_kernel(const Node& n) { return n.op == Op::conv2d || n.op == Op::linear; }
bool keeps_channels(Op op) {
  return op == Op::relu || op == Op::max_pool || op == Op::avg_pool || op == Op::global_avg_pool ||
         op == Op::global_max_pool || op == Op::flatten || op == Op::view_split;
}

// Columns of the weight that read one channel of the input: they follow each other.
std::size_t columns_each(const Node& n, const Node& input) {
  return n.tensors[0].columns / std::max<std::size_t>(1, input.shape.channels);
}

bool row_is_empty(const Tensor& t, std::size_t row) {
  const float* first = t.values.data() + row * t.columns;
  return std::all_of(first, first + t.columns, [](float w) { return w == 0.0f; });
}

// Flatten keeps the element order, so that its flags have one entry per element.
Flags widened(const Flags& flags, std::size_t size) {
  Flags wide(size);
  for (std::size_t i = 0; i < size; ++i) wide[i] = flags[i / (size / flags.size())];
  return wide;
}

Flags zero_channels(const Graph& graph, std::size_t index, const std::vector<Flags>& zero) {
  const Node& n = graph.nodes[index];
  if (is_kernel(n) && n.settings[7] <= 1) {
    Flags flags(n.shape.channels);
    for (std::size_t r = 0; r < flags.size(); ++r)
      flags[r] = (!n.has[1] || n.tensors[1].values[r] == 0.0f) && row_is_empty(n.tensors[0], r);
    return flags;
  }
  if (n.op == Op::relu && is_kernel(graph.nodes[n.inputs[0]]) && graph.nodes[n.inputs[0]].settings[7] <= 1) {
    const Node& k = graph.nodes[n.inputs[0]];
    Flags flags(n.shape.channels);
    for (std::size_t r = 0; r < flags.size(); ++r)
      flags[r] = (!k.has[1] || k.tensors[1].values[r] <= 0.0f) && row_is_empty(k.tensors[0], r);
    return flags;
  }
  if (n.op == Op::flatten) return widened(zero[n.inputs[0]], n.shape.channels);
  if (keeps_channels(n.op) && n.op != Op::view_split) return zero[n.inputs[0]];
  return Flags(n.shape.channels, 0);
}

void drop_zero_inputs(Graph& graph) {
  std::vector<Flags> zero(graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    Node& n = graph.nodes[i];
    if (is_kernel(n) && n.settings[7] <= 1) {
      const std::size_t each = columns_each(n, graph.nodes[n.inputs[0]]);
      const Flags& flags = zero[n.inputs[0]];
      Tensor& t = n.tensors[0];
      for (std::size_t first = 0; first + each <= t.values.size(); first += each)
        if (flags[first % t.columns / each]) std::fill_n(t.values.begin() + static_cast<std::ptrdiff_t>(first), each, 0.0f);
    }
    zero[i] = zero_channels(graph, i, zero);
  }
}

void mark_read(const Graph& graph, const Node& n, std::vector<Flags>& read, const Flags& self) {
  const std::size_t in = n.inputs[0];
  if (is_kernel(n) && n.settings[7] <= 1) {
    const Tensor& t = n.tensors[0];
    const std::size_t each = columns_each(n, graph.nodes[in]);
    for (std::size_t first = 0; first + each <= t.values.size(); first += each) {
      std::uint8_t& flag = read[in][first % t.columns / each];
      for (std::size_t k = first; k < first + each && !flag; ++k) flag = t.values[k] != 0.0f;
    }
  } else if (n.op == Op::flatten) {
    const std::size_t each = self.size() / read[in].size();
    for (std::size_t i = 0; i < self.size(); ++i) read[in][i / each] |= self[i];
  } else if ((keeps_channels(n.op) && n.op != Op::view_split) || n.op == Op::add) {
    for (const auto input : n.inputs)
      for (std::size_t i = 0; i < self.size(); ++i) read[input][i] |= self[i];
  } else {
    for (const auto input : n.inputs) std::fill(read[input].begin(), read[input].end(), 1);
  }
}

void drop_unread_rows(Graph& graph) {
  std::vector<Flags> read(graph.nodes.size());
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) read[i].assign(graph.nodes[i].shape.channels, 0);
  for (const auto output : graph.outputs) std::fill(read[output].begin(), read[output].end(), 1);
  for (std::size_t i = graph.nodes.size(); i-- > 1;) {
    Node& n = graph.nodes[i];
    if (is_kernel(n) && n.settings[7] <= 1)
      for (std::size_t r = 0; r < n.shape.channels; ++r) {
        if (read[i][r]) continue;
        Tensor& t = n.tensors[0];
        std::fill_n(t.values.begin() + static_cast<std::ptrdiff_t>(r * t.columns), t.columns, 0.0f);
        if (n.has[1]) n.tensors[1].values[r] = 0.0f;
      }
    mark_read(graph, n, read, read[i]);
  }
}

}  // namespace

void drop_dead_weights(Graph& graph) {
  drop_zero_inputs(graph);
  drop_unread_rows(graph);
}

}  // namespace c3po::inference
