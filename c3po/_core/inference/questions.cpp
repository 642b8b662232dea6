// Several questions about one part, answered together: each view is computed once, however many questions show it.
#include <algorithm>
#include <string>

#include "_core/inference/graph.hpp"

namespace c3po::inference {
namespace {

using Questions = std::vector<std::vector<std::uint32_t>>;

bool meets_views(const Node& n) { return n.op == Op::view_pool; }

// Which nodes come after the views have met; they are computed for every question. Throws where the views meet by
// anything but concatenation in a linear layer.
std::vector<std::uint8_t> after_views(const Graph& graph) {
  std::vector<std::uint8_t> after(graph.nodes.size());
  for (std::size_t i = 1; i < graph.nodes.size(); ++i) {
    const Node& n = graph.nodes[i];
    std::size_t from_views = 0, from_after = 0;
    for (const auto input : n.inputs) {
      from_views += meets_views(graph.nodes[input]);
      from_after += after[input];
    }
    after[i] = from_views + from_after > 0;
    const bool is_plain_linear = n.op == Op::linear && n.settings[7] <= 1;
    if ((from_views && !is_plain_linear) || (after[i] && from_views + from_after < n.inputs.size()) ||
        (meets_views(n) && (after[i] || n.settings[0] != static_cast<std::uint32_t>(ViewPool::concat))))
      throw PackedError("node " + std::to_string(i) + " (" + op_name(n.op) + "): expected views that meet by concatenation in a linear layer");
  }
  return after;
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

// Views that the network takes at once; the image holds nothing else.
std::uint32_t views_of(const Graph& graph) {
  std::uint32_t views = 0;
  for (const Node& n : graph.nodes) views = std::max(views, n.views);
  if (views == 0 || graph.nodes[0].settings[0] % views) throw PackedError("expected an image of whole views");
  return views;
}

void check(const Questions& questions, std::uint32_t views, std::uint32_t n_views) {
  if (questions.empty() || questions.size() > 64) throw PackedError("expected 1 to 64 questions, got " + std::to_string(questions.size()));
  for (const auto& question : questions)
    if (question.size() != views || std::any_of(question.begin(), question.end(), [&](std::uint32_t v) { return v >= n_views; }))
      throw PackedError("expected " + std::to_string(views) + " views a question, of " + std::to_string(n_views));
}

}  // namespace

void ask_together(Graph& graph, const Questions& questions, std::uint32_t n_views) {
  const std::vector<std::uint8_t> after = after_views(graph);
  const std::uint32_t views = views_of(graph);
  check(questions, views, n_views);
  const auto count = static_cast<std::uint32_t>(graph.nodes.size());
  if (graph.outputs.size() != 1 || graph.levels != 1 || !after[graph.outputs[0]]) throw PackedError("expected one answer, after the views have met");
  graph.nodes[0].settings[0] = graph.nodes[0].settings[0] / views * n_views;
  const std::vector<Node> once = graph.nodes;
  Node answers;
  answers.op = Op::concat;
  // The first question takes the places of the nodes as they are, so that ranges still mean them.
  for (std::size_t q = 0; q < questions.size(); ++q) {
    std::vector<std::uint32_t> place(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      place[i] = i;
      if (!after[i]) continue;
      Node node = once[i];
      for (auto& input : node.inputs) {
        if (meets_views(once[input])) node.tensors[0] = spread(node.tensors[0], questions[q], n_views);
        input = place[input];
      }
      if (q == 0) {
        graph.nodes[i] = std::move(node);
      } else {
        place[i] = static_cast<std::uint32_t>(graph.nodes.size());
        graph.nodes.push_back(std::move(node));
      }
    }
    answers.inputs.push_back(place[graph.outputs[0]]);
  }
  graph.nodes.push_back(std::move(answers));
  graph.outputs = {static_cast<std::uint32_t>(graph.nodes.size()) - 1};
  infer_shapes(graph);
}

}  // namespace c3po::inference
