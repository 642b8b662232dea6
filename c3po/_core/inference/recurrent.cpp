#include "_core/inference/recurrent.hpp"

#include <algorithm>

namespace c3po::inference {
namespace {

void multiply(const ByteMatrix& matrix, const Int8Kernels& kernels, const float* in, std::int32_t count, std::uint8_t* bytes, float* out) {
  kernels.signed_bytes(in, count, matrix.inverse, bytes);
  kernels.multiply(matrix.job, bytes, out);
}

void run_view(const RecurrentStep& step, const Plan& plan, const float* in, float* out, float* arena) {
  const Kernels& kernels = *plan.kernels;
  const Int8Kernels& on_bytes = *plan.int8.kernels;
  float *hidden = arena + step.hidden, *cell = arena + step.cell, *input_part = arena + step.input_part, *state_part = arena + step.state_part;
  auto* bytes = reinterpret_cast<std::uint8_t*>(arena + step.bytes);
  const auto features = static_cast<std::int32_t>(step.in.shape.width);
  if (!step.keeps_state) {
    std::fill_n(hidden, step.units, 0.0f);
    std::fill_n(cell, step.units, 0.0f);
  }
  LinearJob state = step.state.job;
  for (std::int32_t first = 0; first < step.steps; first += kStepsAtOnce, in += std::int64_t{kStepsAtOnce} * step.in.pitch) {
    const std::int32_t count = std::min(kStepsAtOnce, step.steps - first);
    if (!step.is_on_bytes) kernels.linear_many(step.input.job, in, step.in.pitch, input_part, step.input_step, count);
    for (std::int32_t t = 0; step.is_on_bytes && t < count; ++t)
      multiply(step.byte_input, on_bytes, in + std::int64_t{t} * step.in.pitch, features, bytes, input_part + std::int64_t{t} * step.input_step);
    for (std::int32_t t = 0; t < count; ++t) {
      if (step.is_on_bytes) multiply(step.byte_state, on_bytes, hidden, step.units, bytes, state_part);
      else kernels.linear(state, arena, state_part);
      state.from_end = !state.from_end;
      kernels.gates({input_part + std::int64_t{t} * step.input_step, state_part, hidden, cell, step.units, step.is_lstm});
      if (step.keeps_sequence) std::copy_n(hidden, step.units, out + std::int64_t{first + t} * step.out.pitch);
    }
  }
  if (!step.keeps_sequence)
    for (std::int32_t k = 0; k < step.units; ++k) out[std::int64_t{k} * step.out.plane] = hidden[k];
}

}  // namespace

void run_recurrent(const RecurrentStep& step, const Plan& plan, float* arena) {
  for (std::uint32_t view = 0; view < step.in.views; ++view)
    run_view(step, plan, arena + step.in.origin + std::int64_t{view} * step.in.view, arena + step.out.origin + std::int64_t{view} * step.out.view, arena);
}

}  // namespace c3po::inference
