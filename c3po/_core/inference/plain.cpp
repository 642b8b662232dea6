#include "_core/inference/plain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace c3po::inference {
namespace {

const float* row_of(const float* arena, const Place& p, std::size_t c, std::size_t y) {
  return arena + p.origin + static_cast<std::int64_t>(c) * p.plane + static_cast<std::int64_t>(y) * p.pitch;
}
float* row_of(float* arena, const Place& p, std::size_t c, std::size_t y) {
  return const_cast<float*>(row_of(static_cast<const float*>(arena), p, c, y));
}

// Applies f(pointer to row in, pointer to row out, channel) to every row.
template <class F>
void for_rows(const Place& in, const Place& out, float* arena, F f) {
  for (std::size_t c = 0; c < in.shape.channels; ++c)
    for (std::size_t y = 0; y < in.shape.height; ++y) f(row_of(arena, in, c, y), row_of(arena, out, c, y), c);
}

void run_pool(const PlainStep& step, float* arena) {
  const Place &in = step.in[0], &out = step.out;
  const auto& s = step.settings;
  const bool is_max = step.op == Op::max_pool;
  const auto signed_of = [](std::uint32_t v) { return static_cast<std::int64_t>(v); };
  for (std::size_t c = 0; c < out.shape.channels; ++c)
    for (std::int64_t y = 0; y < signed_of(out.shape.height); ++y) {
      float* to = row_of(arena, out, c, static_cast<std::size_t>(y));
      const std::int64_t y0 = y * s[3] - s[5], y1 = std::min<std::int64_t>(y0 + s[1], in.shape.height);
      for (std::int64_t x = 0; x < signed_of(out.shape.width); ++x) {
        const std::int64_t x0 = x * s[4] - s[6], x1 = std::min<std::int64_t>(x0 + s[2], in.shape.width);
        const std::int64_t fy = std::max<std::int64_t>(y0, 0), fx = std::max<std::int64_t>(x0, 0);
        float value = is_max ? -std::numeric_limits<float>::infinity() : 0.0f;
        for (std::int64_t v = fy; v < y1; ++v) {
          const float* from = row_of(arena, in, c, static_cast<std::size_t>(v));
          for (std::int64_t u = fx; u < x1; ++u) value = is_max ? std::max(value, from[u]) : value + from[u];
        }
        if (!is_max) value /= static_cast<float>(s[7] ? signed_of(s[1]) * s[2] : (y1 - fy) * (x1 - fx));
        to[x] = value;
      }
    }
}

void run_global(const PlainStep& step, const Kernels& kernels, float* arena) {
  const Place& in = step.in[0];
  const bool is_max = step.op == Op::global_max_pool;
  const auto height = static_cast<std::int32_t>(in.shape.height), width = static_cast<std::int32_t>(in.shape.width);
  for (std::size_t c = 0; c < in.shape.channels; ++c) {
    const float value = kernels.reduce(row_of(arena, in, c, 0), height, width, in.pitch, is_max);
    *row_of(arena, step.out, c, 0) = is_max ? value : value / (static_cast<float>(height) * static_cast<float>(width));
  }
}

void run_add(const PlainStep& step, float* arena) {
  const std::size_t width = step.out.shape.width;
  for (std::size_t i = 1; i < step.in.size(); ++i) {
    const Place& other = step.in[i];
    const Place& first = i == 1 ? step.in[0] : step.out;
    for (std::size_t c = 0; c < first.shape.channels; ++c)
      for (std::size_t y = 0; y < first.shape.height; ++y) {
        const float *a = row_of(arena, first, c, y), *b = row_of(arena, other, c, y);
        float* to = row_of(arena, step.out, c, y);
        for (std::size_t x = 0; x < width; ++x) to[x] = a[x] + b[x];
      }
  }
  if (step.in.size() == 1)
    for_rows(step.in[0], step.out, arena, [&](const float* from, float* to, std::size_t) { std::copy_n(from, width, to); });
}

void run_concat(const PlainStep& step, float* arena) {
  std::size_t channel = 0;
  for (const Place& in : step.in)
    for (std::size_t c = 0; c < in.shape.channels; ++c, ++channel)
      for (std::size_t y = 0; y < in.shape.height; ++y) std::copy_n(row_of(arena, in, c, y), in.shape.width, row_of(arena, step.out, channel, y));
}

void run_flatten(const PlainStep& step, float* arena) {
  const Place& in = step.in[0];
  std::size_t i = 0;
  for (std::size_t c = 0; c < in.shape.channels; ++c)
    for (std::size_t y = 0; y < in.shape.height; ++y)
      for (std::size_t x = 0; x < in.shape.width; ++x, ++i) *row_of(arena, step.out, i, 0) = row_of(arena, in, c, y)[x];
}

void run_softmax(const PlainStep& step, float* arena) {
  const Place &in = step.in[0], &out = step.out;
  for (std::size_t y = 0; y < in.shape.height; ++y)
    for (std::size_t x = 0; x < in.shape.width; ++x) {
      float top = -std::numeric_limits<float>::infinity();
      for (std::size_t c = 0; c < in.shape.channels; ++c) top = std::max(top, row_of(arena, in, c, y)[x]);
      double sum = 0;
      for (std::size_t c = 0; c < in.shape.channels; ++c) sum += std::exp(static_cast<double>(row_of(arena, in, c, y)[x]) - top);
      for (std::size_t c = 0; c < in.shape.channels; ++c)
        row_of(arena, out, c, y)[x] = static_cast<float>(std::exp(static_cast<double>(row_of(arena, in, c, y)[x]) - top) / sum);
    }
}

Place of_view(Place place, std::uint32_t view) {
  place.origin += std::int64_t{view} * place.view;
  return place;
}

void run_view_split(const PlainStep& step, float* arena) {
  const std::uint32_t channels = step.out.shape.channels;
  for (std::uint32_t view = 0; view < step.out.views; ++view)
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t y = 0; y < step.out.shape.height; ++y)
        std::copy_n(row_of(arena, step.in[0], std::size_t{view} * channels + c, y), step.out.shape.width,
                    row_of(arena, of_view(step.out, view), c, y));
}

void run_view_pool(const PlainStep& step, float* arena) {
  const Place& out = step.out;
  const auto how = static_cast<ViewPool>(step.settings[0]);
  const std::uint32_t views = step.in[0].views;
  const std::size_t width = out.shape.width;
  const float share = 1.0f / static_cast<float>(views);
  for (std::uint32_t view = 0; view < views; ++view) {
    const Place in = of_view(step.in[0], view);
    const std::size_t first = how == ViewPool::concat ? std::size_t{view} * in.shape.channels : 0;
    for (std::size_t c = 0; c < in.shape.channels; ++c)
      for (std::size_t y = 0; y < in.shape.height; ++y) {
        const float* from = row_of(arena, in, c, y);
        float* to = row_of(arena, out, first + c, y);
        for (std::size_t x = 0; x < width; ++x) {
          if (view == 0 || how == ViewPool::concat) to[x] = from[x];
          else to[x] = how == ViewPool::max ? std::max(to[x], from[x]) : to[x] + from[x];
          if (how == ViewPool::mean && view + 1 == views) to[x] *= share;
        }
      }
  }
}

void run_view(const PlainStep& step, const Kernels& kernels, float* arena) {
  const std::size_t width = step.out.shape.width;
  const auto each = [&](auto f) {
    for_rows(step.in[0], step.out, arena, [&](const float* from, float* to, std::size_t c) {
      for (std::size_t x = 0; x < width; ++x) to[x] = f(from[x], c);
    });
  };
  switch (step.op) {
    case Op::relu: return each([](float v, std::size_t) { return v > 0.0f ? v : 0.0f; });
    case Op::sigmoid: return each([](float v, std::size_t) { return static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(v)))); });
    case Op::affine: return each([&](float v, std::size_t c) { return v * step.scale[c] + step.offset[c]; });
    case Op::max_pool:
    case Op::avg_pool: return run_pool(step, arena);
    case Op::global_avg_pool:
    case Op::global_max_pool: return run_global(step, kernels, arena);
    case Op::add: return run_add(step, arena);
    case Op::concat: return run_concat(step, arena);
    case Op::flatten: return run_flatten(step, arena);
    case Op::softmax: return run_softmax(step, arena);
    default: return;
  }
}

}  // namespace

void run_plain(const PlainStep& step, const Kernels& kernels, float* arena) {
  if (step.op == Op::view_split) return run_view_split(step, arena);
  if (step.op == Op::view_pool) return run_view_pool(step, arena);
  if (step.out.views == 1) return run_view(step, kernels, arena);
  thread_local PlainStep one;  // keeps its vectors from call to call
  one = step;
  for (std::uint32_t view = 0; view < step.out.views; ++view) {
    for (std::size_t i = 0; i < step.in.size(); ++i) one.in[i] = of_view(step.in[i], view);
    one.out = of_view(step.out, view);
    run_view(one, kernels, arena);
  }
}

void run_phase(const PhaseStep& step, const Kernels& kernels, float* arena) {
  const std::size_t sy = step.form.sy, sx = step.form.sx;
  for (std::uint32_t view = 0; view < step.in.views; ++view) {
    const Place in = of_view(step.in, view), out = of_view(step.out, view);
    for (std::size_t c = 0; c < in.shape.channels; ++c) {
      if (sy == 2 && sx == 2) {
        kernels.copy({row_of(arena, in, c, 0), row_of(arena, out, 4 * c, 0), static_cast<std::int32_t>(in.shape.height),
                      static_cast<std::int32_t>(in.shape.width), in.pitch, out.pitch, out.plane, 1.0f, 0.0f, true});
        continue;
      }
      for (std::size_t y = 0; y < in.shape.height; ++y)
        for (std::size_t x = 0; x < in.shape.width; ++x)
          row_of(arena, out, (c * sy + y % sy) * sx + x % sx, y / sy)[x / sx] = row_of(arena, in, c, y)[x];
    }
  }
}

bool run_copy_in(const CopyInStep& step, const Kernels& kernels, const float* image, float* arena) {
  const std::size_t phases = step.split ? 4 : 1, channels = step.out.shape.channels / phases;
  const auto height = static_cast<std::int32_t>(step.height), width = static_cast<std::int32_t>(step.width);
  bool finite = true;
  for (std::uint32_t view = 0; view < step.out.views; ++view) {
    const Place out = of_view(step.out, view);
    for (std::size_t c = 0; c < channels; ++c, image += std::size_t{step.height} * step.width) {
      const std::size_t plane = view * channels + c;
      finite &= kernels.copy({image, row_of(arena, out, c * phases, 0), height, width, width, out.pitch, out.plane, step.scale[plane], step.offset[plane], step.split});
    }
  }
  return finite;
}

}  // namespace c3po::inference
