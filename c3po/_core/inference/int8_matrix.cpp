// Weights of a matrix that is multiplied with signed bytes.
#include <algorithm>
#include <cmath>
#include <string>

#include "_core/inference/int8_plan.hpp"

namespace c3po::inference {
namespace {

constexpr double kLargest = 1e30;

}  // namespace

ByteMatrix byte_matrix(const std::vector<float>& weight, const std::vector<float>& bias, float range, const Int8Kernels& kernels) {
  const std::size_t rows = bias.size(), columns = weight.size() / rows, quads = (columns + 3) / 4;
  const auto vector = static_cast<std::size_t>(kernels.pixels) / 4;
  const std::size_t lanes = (rows + vector - 1) / vector * vector;
  if (columns > kMaxColumns) throw PackedError("expected at most 65536 features for int8; open the network in float32");
  ByteMatrix made;
  made.weights.assign(quads * lanes * 4, 0);
  made.start.assign(lanes, 0);
  made.scale.assign(lanes, 0.0f);
  made.bias.assign(lanes, 0.0f);
  made.inverse = 1.0f / (range / float{kByteTop});
  made.job.quads = static_cast<std::int32_t>(quads);
  made.job.lanes = static_cast<std::int32_t>(lanes);
  for (std::size_t r = 0; r < rows; ++r) {
    const float* row = weight.data() + r * columns;
    double largest = 0;
    for (std::size_t c = 0; c < columns; ++c) largest = std::max(largest, std::fabs(double{row[c]}));
    std::int32_t sum = 0;
    for (std::size_t c = 0; c < columns && largest > 0; ++c) {
      const auto steps = static_cast<std::int32_t>(std::nearbyint(row[c] * (127.0 / largest)));
      made.weights[(c / 4 * lanes + r) * 4 + c % 4] = static_cast<std::int8_t>(steps);
      sum += steps;
    }
    const double scale = largest / 127.0 * (double{range} / 127.0);
    if (!(scale * 127.0 * 127.0 * static_cast<double>(columns) + std::fabs(double{bias[r]}) < kLargest))
      throw PackedError("expected weights and ranges that int8 can hold, got a weight of " + std::to_string(largest) + "; open the network in float32");
    made.start[r] = -std::int32_t{kernels.zero} * sum;
    made.scale[r] = static_cast<float>(scale);
    made.bias[r] = bias[r];
  }
  return made;
}

void ByteMatrix::finish() {
  job.weights = weights.data();
  job.start = start.data();
  job.scale = scale.data();
  job.bias = bias.data();
}

}  // namespace c3po::inference
