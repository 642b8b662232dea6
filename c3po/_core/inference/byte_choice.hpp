// Which layers run on bytes, and which values are held in nothing else.
#pragma once
#include "_core/inference/plan.hpp"
#include "_core/inference/uses.hpp"

namespace c3po::inference {

class ByteChoice {
 public:
  ByteChoice(const Graph& graph, const Uses& uses, const Ranges& ranges);

  // Whether a value can be told in bytes: it has ranges and is never negative. An image is taken as never negative.
  bool may_hold(std::size_t i) const { return !steps_[i].empty(); }
  // Whether a convolution can run on bytes: it and the one that it meets in a sum.
  bool may_run(std::size_t i) const;
  // Whether every reader of a value is such a convolution, or a sum that one takes along.
  bool only_bytes_read(std::size_t i) const;
  bool some_read_bytes(std::size_t i) const;
  // The values of one step, by channel.
  const std::vector<float>& steps(std::size_t i) const { return steps_[i]; }
  // The range of the rows that a recurrent layer reads, of either sign; zero where it is not known.
  float range_of_rows(std::size_t i) const { return rows_[i]; }

 private:
  bool is_fit(std::size_t i) const;
  bool is_never_negative(std::size_t i) const;
  bool is_taken_along(std::size_t sum, std::size_t i) const;

  const Graph& graph_;
  const Uses& uses_;
  std::vector<std::vector<float>> steps_;
  std::vector<float> rows_;
  std::vector<std::uint8_t> positive_;
};

}  // namespace c3po::inference
