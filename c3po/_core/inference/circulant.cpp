#include "_core/inference/circulant.hpp"

#include <cmath>
#include <utility>

namespace c3po::inference {
namespace {

// In place, radix 2, in double precision, so that the outputs are those of the written-out weights to the last bits of a
// float. `turns` holds cos and sin of 2 pi k / n for k < n / 2.
void transform(double* re, double* im, std::size_t n, const std::vector<double>& turns, double direction) {
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n / 2;
    for (; j & bit; bit /= 2) j ^= bit;
    j ^= bit;
    if (i < j) {
      std::swap(re[i], re[j]);
      std::swap(im[i], im[j]);
    }
  }
  for (std::size_t length = 2; length <= n; length *= 2)
    for (std::size_t first = 0; first < n; first += length)
      for (std::size_t k = 0; k < length / 2; ++k) {
        const double c = turns[2 * k * (n / length)], s = direction * turns[2 * k * (n / length) + 1];
        const std::size_t a = first + k, b = a + length / 2;
        const double x = re[b] * c - im[b] * s, y = re[b] * s + im[b] * c;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
}

}  // namespace

bool pays_by_transform(const Node& node) {
  const std::uint32_t block = node.settings[7];
  return node.op == Op::linear && block >= 128 && (block & (block - 1)) == 0;
}

// Row r of a block is its first row turned right r times: y_r is the sum of w[(c - r) mod n] x[c], whose transform is that
// of x times the conjugate of that of w.
CirculantStep circulant_step(const Node& node, const Place& in, const Place& out, bool relu) {
  CirculantStep step;
  const Tensor& t = node.tensors[0];
  const std::size_t n = node.settings[7], area = std::size_t{in.shape.height} * in.shape.width;
  step.block = n;
  step.in = in;
  step.out = out;
  step.relu = relu;
  step.scale = node.has[2] ? node.tensors[2].values : std::vector<float>(node.shape.channels, 1.0f);
  step.bias = node.has[1] ? node.tensors[1].values : std::vector<float>(node.shape.channels, 0.0f);
  for (std::size_t k = 0; k < n / 2; ++k) {
    const double angle = 2 * 3.14159265358979323846 * static_cast<double>(k) / static_cast<double>(n);
    step.turns.push_back(std::cos(angle));
    step.turns.push_back(std::sin(angle));
  }
  for (std::size_t c = 0; c < t.columns; ++c)
    step.offsets.push_back(static_cast<std::int32_t>(c / area) * in.plane + static_cast<std::int32_t>(c % area / in.shape.width) * in.pitch +
                           static_cast<std::int32_t>(c % area % in.shape.width));
  for (std::size_t first = 0; first < t.values.size(); first += n) {
    std::vector<double> re(t.values.begin() + static_cast<std::ptrdiff_t>(first), t.values.begin() + static_cast<std::ptrdiff_t>(first + n)), im(n);
    transform(re.data(), im.data(), n, step.turns, -1.0);
    step.weights_re.insert(step.weights_re.end(), re.begin(), re.end());
    for (const double value : im) step.weights_im.push_back(-value);
  }
  return step;
}

void run_circulant(const CirculantStep& step, float* arena) {
  const std::size_t n = step.block, columns = step.offsets.size(), rows = step.bias.size();
  thread_local std::vector<double> re, im, sum_re, sum_im;  // keep their memory from call to call
  for (std::uint32_t view = 0; view < step.in.views; ++view) {
    const float* in = arena + step.in.origin + std::int64_t{view} * step.in.view;
    float* out = arena + step.out.origin + std::int64_t{view} * step.out.view;
    re.resize(columns);
    for (std::size_t c = 0; c < columns; ++c) re[c] = in[step.offsets[c]];
    im.assign(columns, 0.0);
    for (std::size_t first = 0; first < columns; first += n) transform(&re[first], &im[first], n, step.turns, -1.0);
    for (std::size_t row = 0; row < rows; row += n) {
      sum_re.assign(n, 0.0);
      sum_im.assign(n, 0.0);
      const double *wr = &step.weights_re[row / n * columns], *wi = &step.weights_im[row / n * columns];
      for (std::size_t c = 0; c < columns;)
        for (std::size_t k = 0; k < n; ++k, ++c) {
          sum_re[k] += wr[c] * re[c] - wi[c] * im[c];
          sum_im[k] += wr[c] * im[c] + wi[c] * re[c];
        }
      transform(sum_re.data(), sum_im.data(), n, step.turns, 1.0);
      for (std::size_t r = 0; r < n; ++r) {
        const double y = sum_re[r] / static_cast<double>(n) * static_cast<double>(step.scale[row + r]) + static_cast<double>(step.bias[row + r]);
        out[static_cast<std::int64_t>(row + r) * step.out.plane] = step.relu && !(y > 0.0) ? 0.0f : static_cast<float>(y);
      }
    }
  }
}

}  // namespace c3po::inference
