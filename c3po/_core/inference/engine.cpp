#include "_core/inference/engine.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <new>

#include "_core/inference/circulant.hpp"
#include "_core/inference/plain.hpp"
#include "_core/inference/recurrent.hpp"

namespace c3po::inference {
namespace {

constexpr std::align_val_t kAlignment{64};

void run_conv(const ConvStep& step, float* arena) {
  const int down = step.job.pool ? 2 : 1;
  TileAt at{};
  for (const Tile& tile : step.tiles) {
    at.in = arena + step.in.origin + std::int64_t{tile.row} * step.in.view + tile.x;
    at.out = arena + step.out.origin;
    if (step.job.split) {
      at.out += tile.x / 2;
      at.split_rows = step.split_rows.data() + tile.row;
    } else {
      at.out += std::int64_t{tile.row / down} * step.out.view + tile.x / down;
    }
    if (step.adds) at.add = arena + step.add.origin + std::int64_t{tile.row} * step.add.view + tile.x;
    at.columns = tile.columns;
    tile.run(step.job, at);
  }
}

void run_linear(const LinearStep& step, const Kernels& kernels, float* arena) {
  kernels.linear_many(step.job, arena, step.in.view, arena + step.out.origin, step.out.view, static_cast<std::int32_t>(step.in.views));
}

void emit(const Place& place, const float* arena, float* scores) {
  for (std::uint32_t c = 0; c < place.shape.channels; ++c) scores[c] = arena[place.origin + std::int64_t{c} * place.plane];
}

}  // namespace

void Engine::Free::operator()(float* arena) const { ::operator delete[](arena, kAlignment); }

Engine::Engine(const Graph& graph, const Kernels& kernels, const Ranges& ranges) : plan_(graph, kernels, ranges) {
  if (!plan_.int8.convs.empty()) learn_blank();
}

// What the values in bytes are after an image of zeros.
void Engine::learn_blank() {
  const Arena arena = borrow();
  const std::vector<float> image(plan_.input.size());
  std::vector<float> scores(plan_.output.size());
  run_one(image.data(), 0.0f, scores.data(), nullptr, arena.get());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(arena.get() + plan_.int8.origin);
  plan_.int8.blank.assign(bytes, bytes + plan_.int8.bytes);
}

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

bool Engine::run_until(const float* images, std::size_t count, float confidence, float* scores, std::int32_t* exits) {
  Arena arena = borrow();
  bool finite = true;
  for (std::size_t i = 0; i < count && finite; ++i)
    finite = run_one(images + i * plan_.input.size(), confidence, scores + i * plan_.output.size(), exits ? exits + i : nullptr, arena.get());
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
      run_step(plan_.steps[i], image, scores.data(), arena.get());
      least[i] = std::min(least[i], std::chrono::duration<double>(Clock::now() - start).count());
    }
  return least;
}

bool Engine::run_one(const float* image, float confidence, float* scores, std::int32_t* exit, float* arena) const {
  for (const Step& step : plan_.steps) {
    if (step.is_for_exit && !exit) continue;
    if (!run_step(step, image, scores, arena)) return false;
    if (!exit || step.kind != Step::Kind::emit) continue;
    *exit = static_cast<std::int32_t>(step.index);
    if (*std::max_element(scores, scores + plan_.output.size()) >= confidence) return true;
  }
  return true;
}

Stream::Stream(const Graph& graph, const Kernels& kernels, const Ranges& ranges) : engine_(graph, kernels, ranges) {
  for (RecurrentStep& step : engine_.plan_.recurrents) step.keeps_state = true;
}

bool Stream::push(const float* row, float* scores) {
  if (!arena_) arena_ = engine_.borrow();
  const bool finite = engine_.run_one(row, 0.0f, scores, nullptr, arena_.get());
  if (!finite) reset();
  return finite;
}

bool Engine::run_step(const Step& step, const float* image, float* scores, float* arena) const {
  const Kernels& kernels = *plan_.kernels;
  switch (step.kind) {
    case Step::Kind::copy_in: return run_copy_in(plan_.copies[step.index], kernels, image, arena);
    case Step::Kind::conv: run_conv(plan_.convs[step.index], arena); break;
    case Step::Kind::linear: run_linear(plan_.linears[step.index], kernels, arena); break;
    case Step::Kind::phase: run_phase(plan_.phases[step.index], kernels, arena); break;
    case Step::Kind::plain: run_plain(plan_.plains[step.index], kernels, arena); break;
    case Step::Kind::emit: emit(plan_.emits[step.index], arena, scores); break;
    case Step::Kind::circulant: run_circulant(plan_.circulants[step.index], arena); break;
    case Step::Kind::quantise: return run_quantise(plan_.int8.quantises[step.index], plan_.int8, image, arena);
    case Step::Kind::byte_split: run_byte_split(plan_.int8.splits[step.index], plan_.int8, arena); break;
    case Step::Kind::byte_conv: run_byte_conv(plan_.int8.convs[step.index], plan_.int8, arena); break;
    case Step::Kind::floats: run_floats(plan_.int8.floats[step.index], plan_.int8, arena); break;
    case Step::Kind::recurrent: run_recurrent(plan_.recurrents[step.index], plan_, arena); break;
  }
  return true;
}

}  // namespace c3po::inference
