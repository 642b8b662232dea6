// A 5x5 convolution, a 2x2 max-pool and a ReLU in one pass, forward and backward, for training on one core.
//
// Sixteen images fill one vector: activations are [channel][row][column][16 images], one such block after another.
// A weight is then a scalar, so zero weights can be skipped one by one: a pruned layer costs what its nonzeros cost.
// Compiled and called by fast.py, compared with torch by tests/admm/test_lenet5_kernel.py.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

constexpr int kernel = 5, lanes = 16, blocked = 6;
using Lane = float __attribute__((vector_size(64)));
using Choice = int32_t __attribute__((vector_size(64)));
using Bytes = int8_t __attribute__((vector_size(16)));
constexpr int8_t silent = 4;  // the pool's answer was not positive: no gradient passes

struct Layer {
  int channels, side, filters;
  int rows() const { return side - kernel + 1; }
  int pooled() const { return rows() / 2; }
};

struct Tap {
  int offset;  // of the input lane that the weight meets at output (0, 0)
  int index;   // in the weights
};

float total(Lane v) {
  const auto eight = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                     __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  const auto four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

// The nonzero weights of one filter.
std::vector<Tap> taps_of(const Layer& layer, const float* weights, int filter) {
  std::vector<Tap> taps;
  for (int c = 0; c < layer.channels; ++c)
    for (int t = 0; t < kernel * kernel; ++t) {
      const int index = (filter * layer.channels + c) * kernel * kernel + t;
      if (weights[index] != 0) taps.push_back({(c * layer.side + t / kernel) * layer.side + t % kernel, index});
    }
  return taps;
}

void settle(const Lane sums[4], float bias, Lane& value, Bytes& choice) {
  Lane best = sums[0];
  Choice chosen{};
  for (int i = 1; i < 4; ++i) {
    const Choice better = sums[i] > best;
    best = better ? sums[i] : best;
    chosen = better ? Choice{} + i : chosen;
  }
  best += bias;
  const Choice alive = best > 0;
  value = alive ? best : Lane{};
  choice = __builtin_convertvector(alive ? chosen : Choice{} + silent, Bytes);
}

void forward_sparse(const Layer& layer, const Lane* input, const float* weights, const std::vector<Tap>& taps,
                    float bias, Lane* values, Bytes* choices) {
  const int side = layer.side, pooled = layer.pooled();
  for (int y = 0; y < pooled; ++y)
    for (int x = 0; x < pooled; x += 2) {
      Lane a[8] = {};
      const Lane* corner = input + 2 * y * side + 2 * x;
      for (const Tap& tap : taps) {
        const float w = weights[tap.index];
        const Lane* at = corner + tap.offset;
        a[0] += w * at[0], a[1] += w * at[1], a[2] += w * at[side], a[3] += w * at[side + 1];
        a[4] += w * at[2], a[5] += w * at[3], a[6] += w * at[side + 2], a[7] += w * at[side + 3];
      }
      settle(a, bias, values[y * pooled + x], choices[y * pooled + x]);
      settle(a + 4, bias, values[y * pooled + x + 1], choices[y * pooled + x + 1]);
    }
}

// `blocked` filters at once; packed: [channel][tap][filter of the block].
void forward_dense(const Layer& layer, const Lane* input, const float* packed, const float* bias, int n_filters,
                   Lane* values, Bytes* choices) {
  const int side = layer.side, pooled = layer.pooled();
  for (int y = 0; y < pooled; ++y)
    for (int x = 0; x < pooled; ++x) {
      Lane a[blocked][4] = {};
      const float* w = packed;
      for (int c = 0; c < layer.channels; ++c)
        for (int ky = 0; ky < kernel; ++ky) {
          const Lane* at = input + (c * side + 2 * y + ky) * side + 2 * x;
#pragma GCC unroll 5
          for (int kx = 0; kx < kernel; ++kx, w += blocked) {
            const Lane i0 = at[kx], i1 = at[kx + 1], i2 = at[side + kx], i3 = at[side + kx + 1];
#pragma GCC unroll 6
            for (int f = 0; f < blocked; ++f)
              a[f][0] += w[f] * i0, a[f][1] += w[f] * i1, a[f][2] += w[f] * i2, a[f][3] += w[f] * i3;
          }
        }
      for (int f = 0; f < n_filters; ++f) {
        const int place = (f * pooled + y) * pooled + x;
        settle(a[f], bias[f], values[place], choices[place]);
      }
    }
}

// The gradient before the pool, of one filter: [row][column].
void unpool(const Layer& layer, const Lane* gradient, const Bytes* choices, Lane* spread) {
  const int pooled = layer.pooled(), rows = layer.rows();
  for (int y = 0; y < pooled; ++y)
    for (int x = 0; x < pooled; ++x) {
      const Lane g = gradient[y * pooled + x];
      const Choice chosen = __builtin_convertvector(choices[y * pooled + x], Choice);
      Lane* at = spread + 2 * y * rows + 2 * x;
      for (int i = 0; i < 4; ++i) at[(i / 2) * rows + i % 2] = chosen == i ? g : Lane{};
    }
}

void weights_sparse(const Layer& layer, const Lane* input, const Lane* spread, const std::vector<Tap>& taps,
                    float* slopes) {
  const int rows = layer.rows();
  for (const Tap& tap : taps) {
    Lane a[4] = {};
    for (int y = 0; y < rows; ++y) {
      const Lane *in = input + tap.offset + y * layer.side, *out = spread + y * rows;
      for (int x = 0; x < rows; x += 4)
        for (int i = 0; i < 4; ++i) a[i] += in[x + i] * out[x + i];
    }
    slopes[tap.index] += total((a[0] + a[1]) + (a[2] + a[3]));
  }
}

// Four filters (their spread gradients one after another) by the five taps of one row of one channel.
template <int n_filters>
void weights_dense(const Layer& layer, const Lane* input, const Lane* spread, int filter, float* slopes) {
  const int rows = layer.rows(), side = layer.side;
  for (int c = 0; c < layer.channels; ++c)
    for (int ky = 0; ky < kernel; ++ky) {
      Lane a[n_filters][kernel] = {};
      for (int y = 0; y < rows; ++y) {
        const Lane *in = input + (c * side + y + ky) * side, *out = spread + y * rows;
        for (int x = 0; x < rows; ++x)
#pragma GCC unroll 4
          for (int f = 0; f < n_filters; ++f) {
            const Lane g = out[f * rows * rows + x];
#pragma GCC unroll 5
            for (int kx = 0; kx < kernel; ++kx) a[f][kx] += g * in[x + kx];
          }
      }
      for (int f = 0; f < n_filters; ++f)
        for (int kx = 0; kx < kernel; ++kx)
          slopes[(((filter + f) * layer.channels + c) * kernel + ky) * kernel + kx] += total(a[f][kx]);
    }
}

void input_sparse(const Layer& layer, const Lane* spread, const float* weights, const std::vector<Tap>& taps,
                  Lane* slopes) {
  const int rows = layer.rows();
  for (const Tap& tap : taps) {
    const float w = weights[tap.index];
    for (int y = 0; y < rows; ++y) {
      Lane* to = slopes + tap.offset + y * layer.side;
      for (int x = 0; x < rows; ++x) to[x] += w * spread[y * rows + x];
    }
  }
}

// Two channels at once for inputs of side 12; packed: [filter][ky][kx][2].
void input_dense12(const Layer& layer, const Lane* spread, const float* packed, Lane* first, Lane* second) {
  constexpr int side = 12, rows = 8;
  for (int y = 0; y < side; ++y) {
    Lane a[2][side] = {};
    for (int f = 0; f < layer.filters; ++f)
      for (int ky = 0; ky < kernel; ++ky) {
        if (y < ky || y - ky >= rows) continue;
        const Lane* g = spread + (f * rows + y - ky) * rows;
        const float* w = packed + (f * kernel + ky) * kernel * 2;
#pragma GCC unroll 8
        for (int x = 0; x < rows; ++x)
#pragma GCC unroll 5
          for (int kx = 0; kx < kernel; ++kx) {
            a[0][x + kx] += w[2 * kx] * g[x];
            a[1][x + kx] += w[2 * kx + 1] * g[x];
          }
      }
    for (int x = 0; x < side; ++x) {
      first[y * side + x] = a[0][x];
      if (second) second[y * side + x] = a[1][x];
    }
  }
}

bool is_sparse(const float* weights, int n) {
  int nonzeros = 0;
  for (int i = 0; i < n; ++i) nonzeros += weights[i] != 0;
  return nonzeros * 3 < n;
}

}  // namespace

extern "C" {

// pixels: uint8 (n, 30, 30); out: [n_rows / 16][28][28][16], values in [0, 1]; the crop of image i starts at its shift.
void crop(const uint8_t* pixels, const int64_t* images, const int64_t* down, const int64_t* right, int n_images,
          Lane* out) {
  using Pixels = uint8_t __attribute__((vector_size(lanes)));
  for (int i = 0; i < n_images; i += lanes)
    for (int y = 0; y < 28; ++y) {
      alignas(64) uint8_t row[28][lanes];
      for (int k = 0; k < lanes; ++k) {
        const uint8_t* image = pixels + images[i + k] * 900 + (down[i + k] + y) * 30 + right[i + k];
        for (int x = 0; x < 28; ++x) row[x][k] = image[x];
      }
      for (int x = 0; x < 28; ++x)
        out[(i / lanes * 28 + y) * 28 + x] =
            __builtin_convertvector(*reinterpret_cast<const Pixels*>(row[x]), Lane) * (1.0f / 255.0f);
    }
}

void forward(const Lane* input, const float* weights, const float* bias, int groups, int channels, int side,
             int filters, Lane* values, Bytes* choices) {
  const Layer layer{channels, side, filters};
  const int n_in = channels * side * side, n_out = layer.pooled() * layer.pooled();
  const int n_taps = channels * kernel * kernel;
  if (is_sparse(weights, filters * n_taps)) {
    for (int f = 0; f < filters; ++f) {
      const auto taps = taps_of(layer, weights, f);
      for (int g = 0; g < groups; ++g)
        forward_sparse(layer, input + g * n_in, weights, taps, bias[f], values + (g * filters + f) * n_out,
                       choices + (g * filters + f) * n_out);
    }
    return;
  }
  std::vector<float> packed(n_taps * blocked);
  for (int f = 0; f < filters; f += blocked) {
    const int n = filters - f < blocked ? filters - f : blocked;
    for (int t = 0; t < n_taps; ++t)
      for (int i = 0; i < blocked; ++i) packed[t * blocked + i] = i < n ? weights[(f + i) * n_taps + t] : 0;
    for (int g = 0; g < groups; ++g)
      forward_dense(layer, input + g * n_in, packed.data(), bias + f, n, values + (g * filters + f) * n_out,
                    choices + (g * filters + f) * n_out);
  }
}

// weight_slopes and bias_slopes start as zeros. input_slopes: null, or zeros of the input's shape (side 12 alone).
// nonzeros_only: slopes of zero weights are not wanted.
void backward(const Lane* input, const float* weights, const Lane* gradient, const Bytes* choices, int groups,
              int channels, int side, int filters, int nonzeros_only, float* weight_slopes, float* bias_slopes,
              Lane* input_slopes) {
  const Layer layer{channels, side, filters};
  const int n_in = channels * side * side, n_out = layer.pooled() * layer.pooled();
  const int n_spread = layer.rows() * layer.rows(), n_taps = channels * kernel * kernel;
  const bool sparse = is_sparse(weights, filters * n_taps), few = sparse && nonzeros_only;
  std::vector<std::vector<Tap>> taps;
  if (sparse)
    for (int f = 0; f < filters; ++f) taps.push_back(taps_of(layer, weights, f));
  std::vector<float> packed;
  if (!sparse && input_slopes) {
    packed.assign((channels + 1) / 2 * filters * kernel * kernel * 2, 0.0f);
    for (int c = 0; c < channels; ++c)
      for (int f = 0; f < filters; ++f)
        for (int t = 0; t < kernel * kernel; ++t)
          packed[((c / 2 * filters + f) * kernel * kernel + t) * 2 + c % 2] = weights[(f * channels + c) * 25 + t];
  }
  const int held = input_slopes ? filters : 4;
  Lane* spread = new Lane[static_cast<std::size_t>(held) * n_spread];
  std::vector<Lane> sums(filters);
  for (int g = 0; g < groups; ++g) {
    const Lane* in = input + g * n_in;
    for (int f = 0; f < filters; f += 4) {
      const int n = filters - f < 4 ? filters - f : 4;
      Lane* here = spread + (input_slopes ? f * n_spread : 0);
      for (int i = 0; i < n; ++i) {
        const Lane* slope = gradient + (g * filters + f + i) * n_out;
        const Bytes* chosen = choices + (g * filters + f + i) * n_out;
        unpool(layer, slope, chosen, here + i * n_spread);
        for (int p = 0; p < n_out; ++p)
          sums[f + i] += __builtin_convertvector(chosen[p], Choice) < silent ? slope[p] : Lane{};
        if (few) weights_sparse(layer, in, here + i * n_spread, taps[f + i], weight_slopes);
      }
      if (few) continue;
      if (n == 4) weights_dense<4>(layer, in, here, f, weight_slopes);
      if (n == 3) weights_dense<3>(layer, in, here, f, weight_slopes);
      if (n == 2) weights_dense<2>(layer, in, here, f, weight_slopes);
      if (n == 1) weights_dense<1>(layer, in, here, f, weight_slopes);
    }
    if (!input_slopes) continue;
    Lane* to = input_slopes + g * n_in;
    if (sparse)
      for (int f = 0; f < filters; ++f) input_sparse(layer, spread + f * n_spread, weights, taps[f], to);
    else
      for (int c = 0; c < channels; c += 2)
        input_dense12(layer, spread, packed.data() + c / 2 * filters * 50, to + c * 144,
                      c + 1 < channels ? to + (c + 1) * 144 : nullptr);
  }
  for (int f = 0; f < filters; ++f) bias_slopes[f] += total(sums[f]);
  delete[] spread;
}
}
