// Who reads what: the order of the nodes, their readers, and which of them a step can take with it.
#pragma once
#include <vector>

#include "_core/inference/places.hpp"

namespace c3po::inference {

constexpr std::size_t kOutput = ~std::size_t{0};  // as a user of a node
constexpr std::size_t kNone = ~std::size_t{0};

class Uses {
 public:
  explicit Uses(const Graph& graph);

  // Nodes that outputs need: those of the first exit, then what the second needs beside, and so on.
  const std::vector<std::size_t>& order() const { return order_; }
  const std::vector<std::size_t>& of(std::size_t i) const { return users_[i]; }
  // Whether the answer, the last output, depends on the node.
  bool reaches_answer(std::size_t i) const { return answers_[i]; }

  // The only reader of a node if that is the given operation, else kNone.
  std::size_t only(std::size_t i, Op op) const;
  // Whether nothing but kernels with written-out weights reads the node, so that channels which are zero for every input
  // are never read (drop_dead_weights removed their weights).
  bool only_kernels(std::size_t i) const;
  // Whether every reader is a convolution of stride 2, which reads even and odd rows and columns apart.
  bool only_strided(std::size_t i) const;
  // Whether every reader takes elements at any place, so that flattening moves nothing.
  bool only_linear(std::size_t i) const;
  // Zeros that convolutions of this stride need around the (phase) planes of a node's value.
  Halo halo(std::size_t i, Form form) const;

 private:

  const Graph& graph_;
  std::vector<std::size_t> order_;
  std::vector<std::uint8_t> answers_;
  std::vector<std::vector<std::size_t>> users_;
};

}  // namespace c3po::inference
