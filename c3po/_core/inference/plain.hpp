// Steps without weights: pools, sums, activations.
#pragma once
#include "_core/inference/plan.hpp"

namespace c3po::inference {

void run_plain(const PlainStep& step, const Kernels& kernels, float* arena);
void run_phase(const PhaseStep& step, const Kernels& kernels, float* arena);
// False when the image holds an infinity or NaN.
bool run_copy_in(const CopyInStep& step, const Kernels& kernels, const float* image, float* arena);

}  // namespace c3po::inference
