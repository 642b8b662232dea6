// Recurrent layers: the products of all rows of the input, then step by step those of the state, and the gates.
#pragma once
#include "_core/inference/plan.hpp"

namespace c3po::inference {

constexpr std::int32_t kStepsAtOnce = 32;  // rows of the input

void run_recurrent(const RecurrentStep& step, const Plan& plan, float* arena);

}  // namespace c3po::inference
