// Linear layers of large circulant blocks by the fast Fourier transform; small ones are written out instead.
#pragma once
#include "_core/inference/plan.hpp"

namespace c3po::inference {

// Whether the transform of a layer's blocks costs less than its written-out weights.
bool pays_by_transform(const Node& node);
CirculantStep circulant_step(const Node& node, const Place& in, const Place& out, bool relu);
void run_circulant(const CirculantStep& step, float* arena);

}  // namespace c3po::inference
