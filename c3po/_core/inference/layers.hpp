// Weights of one layer in the form its kernel reads.
#pragma once
#include "_core/inference/plan.hpp"

namespace c3po::inference {

// One convolution of a sum; `in` holds phase planes where its stride is not 1.
struct ConvTerm {
  const Node* node;
  Place in;
};

struct ConvSpec {
  std::vector<ConvTerm> terms;  // their outputs are added; rows of all inputs are equally far apart
  Place out{};
  const Place* add = nullptr;  // residual input
  bool relu = false;
  bool pool = false;             // 2 x 2 maximum after it
  bool split = false;            // `out` is the four planes per channel that a stride of 2 reads
  bool skips_zero_rows = false;  // nobody reads an output that is zero for every input
};

// One step for the rows that pay in blocks of four and one for the rest; either may be missing.
std::vector<ConvStep> conv_steps(const ConvSpec& spec, const Kernels& kernels);

struct LinearSpec {
  std::vector<float> weight, bias;  // rows x columns; rows
  std::size_t rows;
  Place in;
  std::int32_t out_stride = 1, zero = 0;  // floats between outputs; where a zero lies, from `in`
  bool relu = false;
  bool skips_zero_rows = false;
};
LinearStep linear_step(const LinearSpec& spec, const Kernels& kernels);

// Dense rows x columns of a weight: circulant blocks written out, scale multiplied in.
std::vector<float> dense_weight(const Node& node, std::size_t slot, std::size_t rows);

}  // namespace c3po::inference
