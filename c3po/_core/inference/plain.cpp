#include "_core/inference/plain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace c3po::inference {
namespace {

const float* row_of(const float* arena, const Place& p, std::size_t c, std::size_t y) {
  return arena + p.origin + static_cast<std::int64_t>(c) * p.plane + static_cast<std::int64_t>(y) * p.row;
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

// Sixteen running values, so that the order of a sum does not depend on the vector width.
void run_global(const PlainStep& step, float* arena) {
  const Place& in = step.in[0];
  const bool is_max = step.op == Op::global_max_pool;
  const std::size_t width = in.shape.width;
  for (std::size_t c = 0; c < in.shape.channels; ++c) {
    float lanes[16];
    std::fill_n(lanes, 16, is_max ? -std::numeric_limits<float>::infinity() : 0.0f);
    for (std::size_t y = 0; y < in.shape.height; ++y) {
      const float* from = row_of(arena, in, c, y);
      std::size_t x = 0;
      for (; x + 16 <= width; x += 16)
        for (std::size_t k = 0; k < 16; ++k) lanes[k] = is_max ? std::max(lanes[k], from[x + k]) : lanes[k] + from[x + k];
      for (; x < width; ++x) lanes[x % 16] = is_max ? std::max(lanes[x % 16], from[x]) : lanes[x % 16] + from[x];
    }
    for (std::size_t half = 8; half; half /= 2)
      for (std::size_t k = 0; k < half; ++k) lanes[k] = is_max ? std::max(lanes[k], lanes[k + half]) : lanes[k] + lanes[k + half];
    *row_of(arena, step.out, c, 0) = is_max ? lanes[0] : lanes[0] / (static_cast<float>(in.shape.height) * static_cast<float>(width));
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

void run_view_pool(const PlainStep& step, float* arena, std::uint32_t view) {
  const Place &in = step.in[0], &out = step.out;
  const auto how = static_cast<ViewPool>(step.settings[0]);
  const std::size_t width = in.shape.width, first = how == ViewPool::concat ? std::size_t{view} * in.shape.channels : 0;
  const float share = 1.0f / static_cast<float>(step.views);
  for (std::size_t c = 0; c < in.shape.channels; ++c)
    for (std::size_t y = 0; y < in.shape.height; ++y) {
      const float* from = row_of(arena, in, c, y);
      float* to = row_of(arena, out, first + c, y);
      for (std::size_t x = 0; x < width; ++x) {
        if (view == 0 || how == ViewPool::concat) to[x] = from[x];
        else to[x] = how == ViewPool::max ? std::max(to[x], from[x]) : to[x] + from[x];
        if (how == ViewPool::mean && view + 1 == step.views) to[x] *= share;
      }
    }
}

}  // namespace

void run_plain(const PlainStep& step, float* arena, std::uint32_t view) {
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
    case Op::global_max_pool: return run_global(step, arena);
    case Op::add: return run_add(step, arena);
    case Op::concat: return run_concat(step, arena);
    case Op::flatten: return run_flatten(step, arena);
    case Op::softmax: return run_softmax(step, arena);
    case Op::view_pool: return run_view_pool(step, arena, view);
    case Op::view_split:
      for (std::size_t c = 0; c < step.out.shape.channels; ++c)
        for (std::size_t y = 0; y < step.out.shape.height; ++y)
          std::copy_n(row_of(arena, step.in[0], view * step.out.shape.channels + c, y), width, row_of(arena, step.out, c, y));
      return;
    default: return;
  }
}

void run_phase(const PhaseStep& step, float* arena) {
  const Place &in = step.in, &out = step.out;
  const auto sy = static_cast<std::size_t>(step.sy), sx = static_cast<std::size_t>(step.sx);
  for (std::size_t c = 0; c < in.shape.channels; ++c)
    for (std::size_t y = 0; y < in.shape.height; ++y)
      for (std::size_t px = 0; px < sx; ++px) {
        const float* from = row_of(arena, in, c, y) + px;
        float* to = row_of(arena, out, (c * sy + y % sy) * sx + px, y / sy);
        const std::size_t count = px < in.shape.width ? (in.shape.width - px + sx - 1) / sx : 0;
        if (sx == 2)
          for (std::size_t x = 0; x < count; ++x) to[x] = from[2 * x];
        else
          for (std::size_t x = 0; x < count; ++x) to[x] = from[sx * x];
      }
}

bool run_copy_in(const CopyInStep& step, const float* image, float* arena, std::uint32_t view) {
  const Place& out = step.out;
  const std::size_t width = out.shape.width, first = static_cast<std::size_t>(step.channels_per_view) * view;
  float odd = 0;
  image += first * out.shape.height * width;
  for (std::size_t c = 0; c < out.shape.channels; ++c) {
    const float scale = step.scale[first + c], offset = step.offset[first + c];
    for (std::size_t y = 0; y < out.shape.height; ++y, image += width) {
      float* to = row_of(arena, out, c, y);
      float lanes[8] = {};
      std::size_t x = 0;
      for (; x + 8 <= width; x += 8)
        for (std::size_t k = 0; k < 8; ++k) {
          to[x + k] = image[x + k] * scale + offset;
          lanes[k] += image[x + k] * 0.0f;
        }
      for (; x < width; ++x) {
        to[x] = image[x] * scale + offset;
        lanes[0] += image[x] * 0.0f;
      }
      for (const float lane : lanes) odd += lane;
    }
  }
  return odd == 0.0f;
}

}  // namespace c3po::inference
