// Steps without weights: pools, sums, activations.
#pragma once
#include "_core/inference/plan.hpp"

namespace c3po::inference {

void run_plain(const PlainStep& step, float* arena, std::uint32_t view);
void run_phase(const PhaseStep& step, float* arena);
// False when the image holds an infinity or NaN.
bool run_copy_in(const CopyInStep& step, const float* image, float* arena, std::uint32_t view);

}  // namespace c3po::inference
