// Several questions about one part, answered together: each view is computed once, however many questions show it.
#include <algorithm>
#include <string>

#include "_core/inference/graph.hpp"

namespace c3po::inference {
namespace {

// The views that meet by concatenation, and the linear layer that reads them, alone.
std::size_t meeting(const Graph& graph) {
  for (std::size_t i = 1; i + 1 < graph.nodes.size(); ++i) {
    const Node &pool = graph.nodes[i], &next = graph.nodes[i + 1];
    const bool is_read = next.op == Op::linear && next.settings[7] <= 1 && next.inputs[0] == i;
    if (pool.op == Op::view_pool && pool.settings[0] == static_cast<std::uint32_t>(ViewPool::concat) && is_read) return i;
  }
  throw PackedError("expected views that meet by concatenation in a linear layer");
}

// The weight for all views, zero but for those of one question.
Tensor spread(const Tensor& weight, const std::vector<std::uint32_t>& views, std::size_t n_views) {
  const std::size_t each = weight.columns / views.size();
  Tensor wide = weight;
  wide.columns = static_cast<std::uint32_t>(each * n_views);
  wide.values.assign(std::size_t{weight.rows} * wide.columns, 0.0f);
  for (std::size_t r = 0; r < weight.rows; ++r)
    for (std::size_t v = 0; v < views.size(); ++v)
      std::copy_n(weight.values.begin() + static_cast<std::ptrdiff_t>(r * weight.columns + v * each), each,
                  wide.values.begin() + static_cast<std::ptrdiff_t>(r * wide.columns + views[v] * each));
  return wide;
}

}  // namespace

void ask_together(Graph& graph, const std::vector<std::vector<std::uint32_t>>& questions, std::uint32_t n_views) {
  const std::size_t pool = meeting(graph), count = graph.nodes.size();
  const std::uint32_t channels = graph.nodes[0].settings[0], views = graph.nodes[pool - 1].views;
  if (graph.outputs.size() != 1 || graph.outputs[0] + 1 != count || graph.levels != 1 || views == 0 || channels % views)
    throw PackedError("expected one answer, the last node, and an image of whole views");
  if (questions.empty() || questions.size() > 64) throw PackedError("expected 1 to 64 questions, got " + std::to_string(questions.size()));
  const std::vector<Node> after(graph.nodes.begin() + static_cast<std::ptrdiff_t>(pool) + 1, graph.nodes.end());
  graph.nodes.resize(pool + 1);
  graph.nodes[0].settings[0] = channels / views * n_views;
  Node answers;
  answers.op = Op::concat;
  for (const auto& question : questions) {
    if (question.size() != views || std::any_of(question.begin(), question.end(), [&](std::uint32_t v) { return v >= n_views; }))
      throw PackedError("expected " + std::to_string(views) + " views a question, of " + std::to_string(n_views));
    const auto first = static_cast<std::uint32_t>(graph.nodes.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
      Node node = after[i];
      for (auto& input : node.inputs) {
        if (input < pool || (input == pool && i > 0)) throw PackedError("expected nothing from before the views meet to be read after");
        if (input > pool) input = first + input - static_cast<std::uint32_t>(pool) - 1;
      }
      if (i == 0) node.tensors[0] = spread(node.tensors[0], question, n_views);
      graph.nodes.push_back(std::move(node));
    }
    answers.inputs.push_back(static_cast<std::uint32_t>(graph.nodes.size()) - 1);
  }
  graph.nodes.push_back(std::move(answers));
  graph.outputs = {static_cast<std::uint32_t>(graph.nodes.size()) - 1};
  infer_shapes(graph);
}

}  // namespace c3po::inference
