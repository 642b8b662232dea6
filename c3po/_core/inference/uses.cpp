#include "_core/inference/uses.hpp"

#include <algorithm>

namespace c3po::inference {
namespace {

std::int64_t halo_side(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, std::int64_t padding) {
  const std::int64_t before = (padding + stride - 1) / stride;
  const std::int64_t after = out - 1 + (kernel - 1 - padding >= 0 ? (kernel - 1 - padding) / stride : 0) - ((in + stride - 1) / stride - 1);
  return std::max<std::int64_t>({before, after, 0});
}

}  // namespace

Uses::Uses(const Graph& graph) : graph_(graph), users_(graph.nodes.size()) {
  std::vector<std::uint8_t> needed(graph.nodes.size());
  needed[0] = 1;
  order_.push_back(0);
  for (const auto output : graph.outputs) {
    std::vector<std::uint8_t> more(graph.nodes.size());
    more[output] = 1;
    for (std::size_t i = output + 1; i-- > 1;)
      if (more[i])
        for (const auto input : graph.nodes[i].inputs) more[input] = 1;
    for (std::size_t i = 0; i <= output; ++i)
      if (more[i] && !needed[i]) {
        needed[i] = 1;
        order_.push_back(i);
      }
    users_[output].push_back(kOutput);
    answers_ = more;
  }
  for (const std::size_t i : order_)
    for (const auto input : graph.nodes[i].inputs) users_[input].push_back(i);
}

std::size_t Uses::only(std::size_t i, Op op) const {
  return users_[i].size() == 1 && users_[i][0] != kOutput && graph_.nodes[users_[i][0]].op == op ? users_[i][0] : kNone;
}

bool Uses::only_kernels(std::size_t i) const {
  return std::all_of(users_[i].begin(), users_[i].end(), [&](std::size_t u) {
    if (u == kOutput) return false;
    const Node& n = graph_.nodes[u];
    if (n.op == Op::flatten) return only_kernels(u);
    return (n.op == Op::conv2d || n.op == Op::linear) && n.settings[7] <= 1;
  });
}

bool Uses::only_strided(std::size_t i) const {
  return !users_[i].empty() && std::all_of(users_[i].begin(), users_[i].end(), [&](std::size_t u) {
    return u != kOutput && graph_.nodes[u].op == Op::conv2d && graph_.nodes[u].settings[3] == 2 && graph_.nodes[u].settings[4] == 2;
  });
}

bool Uses::only_linear(std::size_t i) const {
  return std::all_of(users_[i].begin(), users_[i].end(), [&](std::size_t u) { return u != kOutput && graph_.nodes[u].op == Op::linear; });
}

Halo Uses::halo(std::size_t i, Form form) const {
  Halo halo;
  for (const std::size_t u : users_[i]) {
    if (u == kOutput || graph_.nodes[u].op != Op::conv2d) continue;
    const auto& s = graph_.nodes[u].settings;
    if (s[3] != form.sy || s[4] != form.sx) continue;
    const Shape &in = graph_.nodes[i].shape, &out = graph_.nodes[u].shape;
    halo.y = std::max(halo.y, halo_side(in.height, out.height, s[1], form.sy, s[5]));
    halo.x = std::max(halo.x, halo_side(in.width, out.width, s[2], form.sx, s[6]));
  }
  return halo;
}

}  // namespace c3po::inference
