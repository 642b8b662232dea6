// Scores of images by a packed network, for machines that are only emulated: no Python, files in, files out.
// Usage: run_packed NETWORK.c3po IMAGES.f32 SCORES.f32 KERNELS [RANGE]    (raw little-endian floats)
// With RANGE, layers run on bytes, the range of every channel of every value being that.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include "_core/inference/engine.hpp"
#include "_core/inference/packed.hpp"

static std::vector<char> bytes_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int main(int argc, char** argv) {
  using namespace c3po::inference;
  if (argc != 5 && argc != 6) return 2;
  const std::vector<char> packed = bytes_of(argv[1]), raw = bytes_of(argv[2]);
  const Kernels* kernels = kernels_named(argv[4]);
  if (!kernels) return 2;
  try {
    const Graph graph = read_packed(reinterpret_cast<const std::uint8_t*>(packed.data()), packed.size());
    Ranges ranges;
    for (const Node& node : graph.nodes)
      if (argc == 6) ranges.emplace_back(node.shape.channels, std::strtof(argv[5], nullptr));
    Engine engine(graph, *kernels, ranges);
    const Plan& plan = engine.plan();
    const std::size_t count = raw.size() / sizeof(float) / plan.input.size();
    std::vector<float> scores(count * plan.output.size());
    if (!engine.run(reinterpret_cast<const float*>(raw.data()), count, scores.data())) return 3;
    std::ofstream(argv[3], std::ios::binary)
        .write(reinterpret_cast<const char*>(scores.data()), static_cast<std::streamsize>(scores.size() * sizeof(float)));
  } catch (const PackedError& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
  }
  return 0;
}
