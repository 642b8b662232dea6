// Nodes that say the same as an earlier one: two networks in one file split the same image into views.
#include "_core/inference/plan.hpp"

namespace c3po::inference {

void merge_same_nodes(Graph& graph) {
  std::vector<std::uint32_t> stands_for(graph.nodes.size());
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    Node& n = graph.nodes[i];
    stands_for[i] = i;
    bool has_tensors = false;
    for (const bool has : n.has) has_tensors |= has;
    for (auto& input : n.inputs) input = stands_for[input];
    for (std::uint32_t k = 1; k < i && i > 0 && !has_tensors && stands_for[i] == i; ++k) {
      const Node& other = graph.nodes[k];
      if (other.op == n.op && other.inputs == n.inputs && other.settings == n.settings && stands_for[k] == k && !other.has[0]) stands_for[i] = k;
    }
  }
  for (auto& output : graph.outputs) output = stands_for[output];
}

}  // namespace c3po::inference
