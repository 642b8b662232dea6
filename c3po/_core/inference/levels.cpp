// One network out of a graph that holds several, or one that sees a step of time after the other.
#include <algorithm>
#include <string>

#include "_core/inference/graph.hpp"

namespace c3po::inference {

void select_level(Graph& graph, std::uint32_t level) {
  if (level >= graph.levels)
    throw PackedError("expected a level from 0 to " + std::to_string(graph.levels - 1) + ", got " + std::to_string(level));
  for (Node& node : graph.nodes)
    for (Tensor& t : node.tensors) {
      for (std::size_t i = 0; i < t.level.size(); ++i)
        if (t.level[i] > level) t.values[i] = 0.0f;
      t.level.clear();
      if (level < t.lower.size()) t.values = t.lower[level].values;
      t.lower.clear();
    }
  graph.levels = 1;
}

void cut_to_one_step(Graph& graph) {
  std::vector<std::uint8_t> has_time(graph.nodes.size());
  has_time[0] = 1;
  bool is_recurrent = false;
  for (std::size_t i = 1; i < graph.nodes.size(); ++i) {
    const Node& n = graph.nodes[i];
    const bool reads_time = std::any_of(n.inputs.begin(), n.inputs.end(), [&](std::uint32_t input) { return has_time[input]; });
    if (!reads_time) continue;
    const bool layer = n.op == Op::gru || n.op == Op::lstm;
    if (!layer && n.op != Op::affine && n.op != Op::relu && n.op != Op::sigmoid)
      throw PackedError("node " + std::to_string(i) + " (" + op_name(n.op) + "): expected recurrent layers from the input to their last state, for a stream");
    is_recurrent |= layer;
    has_time[i] = !layer || n.settings[1];
  }
  if (!is_recurrent) throw PackedError("expected a recurrent layer, for a stream");
  graph.nodes[0].settings[1] = 1;
  infer_shapes(graph);
}

}  // namespace c3po::inference
