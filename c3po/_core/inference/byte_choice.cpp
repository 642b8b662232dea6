#include "_core/inference/byte_choice.hpp"

#include <algorithm>
#include <string>

namespace c3po::inference {

ByteChoice::ByteChoice(const Graph& graph, const Uses& uses, const Ranges& ranges)
    : graph_(graph), uses_(uses), steps_(graph.nodes.size()), rows_(graph.nodes.size()), positive_(graph.nodes.size()) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) positive_[i] = is_never_negative(i);
  for (std::size_t i = 0; i < std::min(ranges.size(), graph.nodes.size()); ++i) {
    if (ranges[i].empty()) continue;
    if (ranges[i].size() != graph.nodes[i].shape.channels)
      throw PackedError("node " + std::to_string(i) + ": expected " + std::to_string(graph.nodes[i].shape.channels) + " ranges, got " + std::to_string(ranges[i].size()));
    for (const float range : ranges[i]) {
      if (!(range > 1e-20f && range < 1e20f)) throw PackedError("node " + std::to_string(i) + ": expected ranges from 1e-20 to 1e20, got " + std::to_string(range));
      if (positive_[i]) steps_[i].push_back(range / float{kByteTop});
    }
    if (ranges[i].size() == 1) rows_[i] = ranges[i][0];
  }
}

bool ByteChoice::is_never_negative(std::size_t i) const {
  const Node& n = graph_.nodes[i];
  switch (n.op) {
    case Op::input:
    case Op::relu:
    case Op::sigmoid:
    case Op::softmax: return true;
    case Op::max_pool:
    case Op::avg_pool:
    case Op::global_avg_pool:
    case Op::global_max_pool:
    case Op::add:
    case Op::flatten:
    case Op::concat:
    case Op::view_split:
    case Op::view_pool: return std::all_of(n.inputs.begin(), n.inputs.end(), [&](std::uint32_t input) { return positive_[input] != 0; });
    default: return false;
  }
}

bool ByteChoice::is_fit(std::size_t i) const {
  const Node& n = graph_.nodes[i];
  return n.op == Op::conv2d && may_hold(n.inputs[0]) && fits_bytes(n, graph_.nodes[n.inputs[0]].shape);
}

bool ByteChoice::may_run(std::size_t i) const {
  if (!is_fit(i)) return false;
  const std::size_t sum = uses_.only(i, Op::add);
  if (sum == kNone || graph_.nodes[sum].inputs.size() != 2) return true;
  const Node& n = graph_.nodes[sum];
  const std::size_t other = n.inputs[0] == i ? n.inputs[1] : n.inputs[0];
  return graph_.nodes[other].op != Op::conv2d || uses_.only(other, Op::add) != sum || is_fit(other);
}

bool ByteChoice::is_taken_along(std::size_t sum, std::size_t i) const {
  const Node& n = graph_.nodes[sum];
  if (n.op != Op::add || n.inputs.size() != 2) return false;
  const std::size_t other = n.inputs[0] == i ? n.inputs[1] : n.inputs[0];
  return other != i && may_run(other) && uses_.only(other, Op::add) == sum;
}

bool ByteChoice::only_bytes_read(std::size_t i) const {
  return may_hold(i) && std::all_of(uses_.of(i).begin(), uses_.of(i).end(), [&](std::size_t u) { return u != kOutput && (may_run(u) || is_taken_along(u, i)); });
}

bool ByteChoice::some_read_bytes(std::size_t i) const {
  return std::any_of(uses_.of(i).begin(), uses_.of(i).end(), [&](std::size_t u) { return u != kOutput && may_run(u); });
}

}  // namespace c3po::inference
