#include "_core/inference/engine.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <new>

#include "_core/inference/plain.hpp"

namespace c3po::inference {
namespace {

constexpr std::align_val_t kAlignment{64};

void run_conv(const ConvStep& step, float* arena) {
  const float* in = arena + step.in.origin;
  float* out = arena + step.out.origin;
  const float* add = step.adds ? arena + step.add.origin : nullptr;
  const int down = step.job.pool ? 2 : 1;
  for (const Tile& tile : step.tiles)
    tile.run(step.job, in + std::int64_t{tile.y} * step.in.row + tile.x, out + std::int64_t{tile.y / down} * step.out.row + tile.x / down,
             add ? add + std::int64_t{tile.y} * step.add.row + tile.x : nullptr, tile.columns);
}

void run_recurrent(const RecurrentStep& step, const Kernels& kernels, float* arena) {
  float *hidden = arena + step.hidden, *cell = arena + step.cell;
  std::fill_n(hidden, step.units, 0.0f);
  std::fill_n(cell, step.units, 0.0f);
  const GateJob gates{arena + step.input_part, arena + step.state_part, hidden, cell, step.units, step.is_lstm};
  for (std::int32_t t = 0; t < step.steps; ++t) {
    kernels.linear(step.input.job, arena + step.in.origin + std::int64_t{t} * step.in.row, arena + step.input_part);
    kernels.linear(step.state.job, arena, arena + step.state_part);
    kernels.gates(gates);
    if (step.keeps_sequence) std::copy_n(hidden, step.units, arena + step.out.origin + std::int64_t{t} * step.out.row);
  }
  if (!step.keeps_sequence)
    for (std::int32_t k = 0; k < step.units; ++k) arena[step.out.origin + std::int64_t{k} * step.out.plane] = hidden[k];
}

void emit(const Place& place, const float* arena, float* scores) {
  for (std::uint32_t c = 0; c < place.shape.channels; ++c) scores[c] = arena[place.origin + std::int64_t{c} * place.plane];
}

}  // namespace

void Engine::Free::operator()(float* arena) const { ::operator delete[](arena, kAlignment); }

Engine::Arena Engine::borrow() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!idle_.empty()) {
      Arena arena = std::move(idle_.back());
      idle_.pop_back();
      return arena;
    }
  }
  const auto floats = static_cast<std::size_t>(plan_.arena_floats);
  Arena arena(new (kAlignment) float[floats]);
  std::memset(arena.get(), 0, floats * sizeof(float));
  return arena;
}

bool Engine::run(const float* images, std::size_t count, float* scores) {
  Arena arena = borrow();
  bool finite = true;
  for (std::size_t i = 0; i < count && finite; ++i)
    finite = run_one(images + i * plan_.input.size(), scores + i * plan_.output.size(), arena.get());
  if (!finite) return false;  // the arena may hold the bad values and is dropped
  const std::lock_guard<std::mutex> lock(mutex_);
  idle_.push_back(std::move(arena));
  return true;
}

std::vector<double> Engine::profile(const float* image, int rounds) {
  using Clock = std::chrono::steady_clock;
  Arena arena = borrow();
  std::vector<float> scores(plan_.output.size());
  std::vector<double> least(plan_.steps.size(), 1e30);
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const auto start = Clock::now();
      run_step(plan_.steps[i], image, scores.data(), arena.get(), 0);
      least[i] = std::min(least[i], std::chrono::duration<double>(Clock::now() - start).count());
    }
  return least;
}

bool Engine::run_one(const float* image, float* scores, float* arena) const {
  const auto& steps = plan_.steps;
  for (std::size_t i = 0; i < steps.size();) {
    std::size_t end = i + 1;
    const std::uint32_t views = steps[i].views;
    while (views && end < steps.size() && steps[end].views) ++end;
    for (std::uint32_t view = 0; view < (views ? views : 1); ++view)
      for (std::size_t k = i; k < end; ++k)
        if (!run_step(steps[k], image, scores, arena, view)) return false;
    i = end;
  }
  return true;
}

bool Engine::run_step(const Step& step, const float* image, float* scores, float* arena, std::uint32_t view) const {
  switch (step.kind) {
    case Step::Kind::copy_in: return run_copy_in(plan_.copies[step.index], image, arena, view);
    case Step::Kind::conv: run_conv(plan_.convs[step.index], arena); break;
    case Step::Kind::linear: {
      const LinearStep& linear = plan_.linears[step.index];
      plan_.kernels->linear(linear.job, arena, arena + linear.out.origin);
      break;
    }
    case Step::Kind::phase: run_phase(plan_.phases[step.index], arena); break;
    case Step::Kind::plain: run_plain(plan_.plains[step.index], arena, view); break;
    case Step::Kind::emit: emit(plan_.emits[step.index], arena, scores); break;
    case Step::Kind::recurrent: run_recurrent(plan_.recurrents[step.index], *plan_.kernels, arena); break;
  }
  return true;
}

}  // namespace c3po::inference
