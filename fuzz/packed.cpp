// libFuzzer target of the packed file reader and of the plan it becomes, the check sum left out.
// folders: inference
#include <vector>

#include "_core/inference/engine.hpp"
#include "_core/inference/packed.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace c3po::inference;
  try {
    const Graph graph = read_packed(bytes, size, false);
    Ranges ranges;  // of every other file, so that its layers run on bytes
    if (size % 2)
      for (const Node& node : graph.nodes) ranges.emplace_back(node.shape.channels <= 4096 ? node.shape.channels : 0, 1.0f);  // of a file they fill at most 1 MiB
    Engine engine(graph, *kernels_named("base"), ranges);
    const Plan& plan = engine.plan();
    if (plan.input.size() > 1u << 16 || plan.arena_floats > 1 << 20) return 0;  // checked, but slow to run
    std::int64_t macs = 0;
    for (const auto& conv : plan.convs) macs += conv.macs;
    for (const auto& conv : plan.int8.convs) macs += conv.macs;
    if (macs > 1 << 22) return 0;
    const std::vector<float> image(plan.input.size(), 0.5f);
    std::vector<float> scores(plan.output.size());
    engine.run(image.data(), 1, scores.data());
  } catch (const PackedError&) {
  }
  return 0;
}
