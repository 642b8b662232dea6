// Plain loops with a correctly rounded fused multiply-add: slow, and the same bits on every machine. Also the choice
// among the sets.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "_core/inference/kernels.hpp"

namespace c3po::inference {
extern const Kernels kernels_base;
#if defined(__x86_64__) && !defined(C3PO_BASE_ONLY)
extern const Kernels kernels_v3, kernels_v4;
#endif
namespace {

float exact_sum(const ConvJob& job, const std::uint8_t* entry, std::int32_t count, std::int32_t lane, const float* in) {
  float sum = 0;
  for (std::int32_t i = 0; i < count; ++i, entry += 4 + 4 * job.block) {
    std::int32_t offset;
    float weight;
    std::memcpy(&offset, entry, 4);
    std::memcpy(&weight, entry + 4 + 4 * lane, 4);
    sum = std::fma(in[offset], weight, sum);
  }
  return sum;
}

// One row of columns, or two where the maximum of each 2 x 2 is stored.
void exact_tile(const ConvJob& job, const TileAt& at) {
  const std::uint8_t* block = job.entries;
  for (std::int32_t b = 0; b < job.blocks; block += job.counts[b] * (4 + 4 * job.block), ++b)
    for (std::int32_t k = 0; k < job.block; ++k) {
      const std::int32_t row = job.rows[b * job.block + k];
      for (std::int32_t x = 0; row >= 0 && x < at.columns; x += job.pool ? 2 : 1) {
        if (job.pool && x + 1 >= at.columns) break;
        float sum = exact_sum(job, block, job.counts[b], k, at.in + x);
        if (job.pool) {
          const float* next[3] = {at.in + x + 1, at.in + x + job.in_row, at.in + x + 1 + job.in_row};
          for (const float* from : next) sum = std::fmax(sum, exact_sum(job, block, job.counts[b], k, from));
        }
        sum += job.bias[row];
        if (at.add) sum += at.add[std::int64_t{row} * job.add_plane + x];
        if (job.relu && !(sum > 0.0f)) sum = 0.0f;
        float* to = at.out + std::int64_t{row} * job.out_plane;
        if (job.split) to[at.split_rows[0] + (x % 2) * job.odd_columns + x / 2] = sum;
        else to[job.pool ? x / 2 : x] = sum;
      }
    }
}

void exact_linear(const LinearJob& job, const float* in, float* out) {
  const std::int32_t* offset = job.offsets;
  const float* weight = job.weights;
  const std::int32_t lanes = job.lanes, own = lanes == 8 ? 8 : 1;  // offsets per step
  for (std::int32_t g = 0; g < job.groups; ++g) {
    for (std::int32_t k = 0; k < lanes; ++k) {
      const std::int32_t row = job.rows[g * lanes + k];
      if (row < 0) continue;
      float sum = 0;
      for (std::int32_t i = 0; i < job.lengths[g]; ++i) sum = std::fma(weight[i * lanes + k], in[offset[i * own + (own == 8 ? k : 0)]], sum);
      sum += job.bias[g * lanes + k];
      out[row] = job.relu && !(sum > 0.0f) ? 0.0f : sum;
    }
    offset += job.lengths[g] * own;
    weight += job.lengths[g] * lanes;
  }
}

void exact_many(const LinearJob& job, const float* in, std::int32_t in_step, float* out, std::int32_t out_step, std::int32_t count) {
  for (; count > 0; --count, in += in_step, out += out_step) exact_linear(job, in, out);
}

bool exact_copy(const CopyJob& job) {
  float odd_one = 0;
  for (std::int32_t y = 0; y < job.height; ++y)
    for (std::int32_t x = 0; x < job.width; ++x) {
      const float value = job.from[std::int64_t{y} * job.from_row + x];
      odd_one += value * 0.0f;
      float& to = job.split ? job.to[(y % 2 * 2 + x % 2) * std::int64_t{job.to_plane} + y / 2 * std::int64_t{job.to_row} + x / 2]
                            : job.to[std::int64_t{y} * job.to_row + x];
      to = std::fma(value, job.scale, job.offset);
    }
  return odd_one == 0.0f;
}

float exact_reduce(const float* from, std::int32_t height, std::int32_t width, std::int32_t row, bool is_max) {
  float lanes[16];
  std::fill_n(lanes, 16, is_max ? -std::numeric_limits<float>::infinity() : 0.0f);
  for (std::int32_t y = 0; y < height; ++y, from += row)
    for (std::int32_t x = 0; x < width; ++x) lanes[x % 16] = is_max ? std::max(lanes[x % 16], from[x]) : lanes[x % 16] + from[x];
  for (int half = 8; half; half /= 2)
    for (int k = 0; k < half; ++k) lanes[k] = is_max ? std::max(lanes[k], lanes[k + half]) : lanes[k] + lanes[k + half];
  return lanes[0];
}

#define C3PO_INLINE inline
#define C3PO_MADD std::fma
constexpr int kGate = 1;
using Gate = float;
template <int N> float load(const float* p) { return *p; }
template <int N> void store(float* p, float v) { *p = v; }
float power_of_two(float whole) { return std::ldexp(1.0f, static_cast<int>(whole)); }
#include "_core/inference/gates.inc"

ConvTile exact_conv(std::int32_t vector, std::int32_t rows, std::int32_t vectors, std::int32_t) {
  return vector == 1 && rows <= 2 && vectors == 1 ? exact_tile : nullptr;
}

float exact_chains(std::int64_t rounds) {
  float sum[10] = {};
  for (std::int64_t n = 0; n < rounds; ++n)
    for (float& s : sum) s = std::fma(s, 1.0f, 1e-9f);
  float total = 0;
  for (const float s : sum) total += s;
  return total;
}

const Kernels kernels_exact = {"exact",   1,          1,            exact_conv,  exact_linear, exact_many,
                               gate_step, exact_copy, exact_reduce, exact_chains};

}  // namespace

const Kernels& exact_kernels() { return kernels_exact; }

const Kernels* kernels_named(const char* name) {
  if (!std::strcmp(name, "exact")) return &kernels_exact;
  if (!std::strcmp(name, "base")) return &kernels_base;
#if defined(__x86_64__) && !defined(C3PO_BASE_ONLY)
  if (!std::strcmp(name, "x86-64-v3") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &kernels_v3;
  if (!std::strcmp(name, "x86-64-v4") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
    return &kernels_v4;
#endif
  return nullptr;
}

const Kernels& best_kernels() {
  for (const char* name : {"x86-64-v4", "x86-64-v3"})
    if (const Kernels* kernels = kernels_named(name)) return *kernels;
  return kernels_base;
}

}  // namespace c3po::inference
