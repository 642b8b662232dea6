// Runs the steps on bytes. Rows that see nothing but what a blank image shows are not computed but copied from it.
#include <algorithm>
#include <cstring>

#include "_core/inference/int8_plan.hpp"

namespace c3po::inference {
namespace {

std::uint8_t* bytes_of(const Int8Plan& plan, float* arena) { return reinterpret_cast<std::uint8_t*>(arena + plan.origin); }

// Pixels [first, end) of rows of one kind.
struct Run {
  std::int32_t first, end;
  bool is_blank;
};

// Calls f for every run of rows that are blank or not, of the output of a convolution.
template <class F>
void for_runs(const std::uint8_t* rows, std::int32_t n_rows, std::int32_t width, F f) {
  for (std::int32_t first = 0, end = 0; first < n_rows; first = end) {
    while (end < n_rows && !rows[end] == !rows[first]) ++end;
    f(Run{first * width, end * width, !rows[first]});
  }
}

// Marks the rows of the output that some row which is not blank reaches.
void mark_rows(const ByteConvStep& step, const Int8Plan& plan, const std::uint8_t* arena, std::uint8_t* marked) {
  for (std::int32_t row = 0; row < step.height * step.views; ++row) {
    const std::int32_t view = row / step.height, y = row % step.height;
    std::uint8_t any = plan.blank.empty();
    for (const auto& reach : step.reaches) {
      const ByteValue& from = plan.values[reach.value];
      const std::int32_t top = y * reach.stride - reach.padding, end = std::min(top + reach.kernel, from.height);
      for (std::int32_t in = std::max(top, 0); in < end; ++in) any |= arena[from.rows + view * from.height + in];
    }
    if (step.add != ByteConvStep::kNoValue) any |= arena[plan.values[step.add].rows + row];
    marked[row] = any;
  }
}

void copy_blank(const ByteValue& value, const Int8Plan& plan, const Run& run, std::uint8_t* arena) {
  for (std::int32_t c = 0; c < value.channels; ++c) {
    const std::int64_t at = value.origin + c * value.plane + run.first;
    std::memcpy(arena + at, plan.blank.data() + at, static_cast<std::size_t>(run.end - run.first));
  }
}

// Where every four pixels of a tile go: to their rows, or one after the other in the scratch.
void find_quarters(const ByteConvStep& step, std::int32_t pixel, std::int32_t width, std::int32_t* quarters) {
  for (std::int32_t i = 0; i < width / 4; ++i) {
    const std::int32_t at = pixel + 4 * i, row = at / step.width;
    quarters[i] = pixel < 0 ? 4 * i : row / step.height * step.floats.view + row % step.height * step.floats.pitch + at % step.width;
  }
}

// Pixels of a tile from the scratch to their planes.
void place_floats(const ByteConvStep& step, const float* scratch, std::int32_t pixel, std::int32_t width, float* arena) {
  const Place& to = step.floats;
  const std::int32_t end = std::min(pixel + width, step.views * step.height * step.width);
  for (std::int32_t at = pixel, count; at < end; at += count) {
    const std::int32_t row = at / step.width, x = at % step.width;
    count = std::min(step.width - x, end - at);
    float* first = arena + to.origin + std::int64_t{row / step.height} * to.view + std::int64_t{row % step.height} * to.pitch + x;
    const float* from = scratch + at - pixel;
    for (std::uint32_t c = 0; c < to.shape.channels; ++c, first += to.plane, from += width)
      for (std::int32_t i = 0; i < count; ++i) first[i] = from[i];
  }
}

}  // namespace

bool run_quantise(const QuantiseStep& step, const Int8Plan& plan, const float* image, float* arena) {
  const ByteValue& value = plan.values[step.value];
  std::uint8_t* bytes = bytes_of(plan, arena);
  const std::int64_t area = std::int64_t{value.height} * value.width;
  bool is_finite = true;
  for (std::int32_t c = 0; c < value.channels; ++c)
    for (std::int32_t v = 0; v < value.views; ++v) {
      std::uint8_t* to = bytes + value.origin + c * value.plane + v * area;
      const float inverse = 1.0f / value.steps[static_cast<std::size_t>(c)];
      if (step.from_image) {
        is_finite &= plan.kernels->quantise(image + (std::int64_t{v} * value.channels + c) * area, area, inverse, to);
        continue;
      }
      const float* from = arena + step.in.origin + c * std::int64_t{step.in.plane} + v * std::int64_t{step.in.view};
      for (std::int32_t y = 0; y < value.height; ++y) plan.kernels->quantise(from + y * std::int64_t{step.in.pitch}, value.width, inverse, to + y * value.width);
    }
  for (std::int32_t row = 0; row < value.height * value.views; ++row) {
    bool any = plan.blank.empty();
    for (std::int32_t c = 0; c < value.channels && !any; ++c) {
      const std::int64_t at = value.origin + c * value.plane + std::int64_t{row} * value.width;
      any = std::memcmp(bytes + at, plan.blank.data() + at, static_cast<std::size_t>(value.width)) != 0;
    }
    bytes[value.rows + row] = any;
  }
  return is_finite;
}

void run_byte_split(const ByteSplitStep& step, const Int8Plan& plan, float* arena) {
  const ByteValue &from = plan.values[step.from], &to = plan.values[step.to];
  std::uint8_t* bytes = bytes_of(plan, arena);
  const bool is_even = step.sx == 2 && step.sy == 2 && from.width % 2 == 0 && from.height % 2 == 0;
  for (std::int32_t c = 0; c < from.channels; ++c) {
    const std::uint8_t* plane = bytes + from.origin + c * from.plane;
    std::uint8_t* planes = bytes + to.origin + std::int64_t{c} * step.sy * step.sx * to.plane;
    if (is_even) {
      plan.kernels->split(plane, from.views * from.height, from.width, planes, to.plane);
      continue;
    }
    for (std::int32_t row = 0; row < from.views * from.height; ++row) {
      const std::int32_t view = row / from.height, y = row % from.height;
      std::uint8_t* first = planes + y % step.sy * step.sx * to.plane + (std::int64_t{view} * to.height + y / step.sy) * to.width;
      for (std::int32_t x = 0; x < from.width; ++x) first[x % step.sx * to.plane + x / step.sx] = plane[std::int64_t{row} * from.width + x];
    }
  }
}

void run_floats(const FloatsStep& step, const Int8Plan& plan, float* arena) {
  const ByteValue& value = plan.values[step.value];
  const std::uint8_t* bytes = bytes_of(plan, arena);
  for (std::int32_t c = 0; c < value.channels; ++c)
    for (std::int32_t row = 0; row < value.views * value.height; ++row) {
      const std::uint8_t* from = bytes + value.origin + c * value.plane + std::int64_t{row} * value.width;
      float* to = arena + step.out.origin + c * std::int64_t{step.out.plane} + row / value.height * std::int64_t{step.out.view} + row % value.height * std::int64_t{step.out.pitch};
      for (std::int32_t x = 0; x < value.width; ++x) to[x] = static_cast<float>(from[x]) * value.steps[static_cast<std::size_t>(c)];
    }
}

void run_byte_conv(const ByteConvStep& step, const Int8Plan& plan, float* arena) {
  std::uint8_t* bytes = bytes_of(plan, arena);
  std::uint8_t* patch = bytes + plan.bytes;
  const std::int32_t width = plan.kernels->pixels, area = step.height * step.width;
  const ByteValue *out = step.out == ByteConvStep::kNoValue ? nullptr : &plan.values[step.out], *add = step.add == ByteConvStep::kNoValue ? nullptr : &plan.values[step.add];
  ByteJob job = step.job;
  if (out) job.out_plane = static_cast<std::int32_t>(out->plane);
  if (add) job.add_plane = static_cast<std::int32_t>(add->plane);
  float* scratch = reinterpret_cast<float*>(patch + plan.patch_bytes);
  std::int32_t quarters[kMaxPixels / 4];
  const auto compute = [&](const Run& run) {
    for (std::int32_t pixel = run.first; pixel < run.end; pixel += width) {
      ByteTile tile{patch, out ? bytes + out->origin + pixel : nullptr, add ? bytes + add->origin + pixel : nullptr, scratch, width, quarters};
      const bool is_in_place = !out && step.width % 4 == 0 && pixel + width <= area * step.views;
      if (!out) find_quarters(step, is_in_place ? pixel : -1, width, quarters);
      if (is_in_place) {
        tile.floats = arena + step.floats.origin;
        tile.float_plane = step.floats.plane;
      }
      plan.kernels->gather(step.patch, bytes, pixel, pixel % area, patch);
      plan.kernels->tile(job, tile);
      if (!out && !is_in_place) place_floats(step, scratch, pixel, width, arena);
    }
  };
  if (!out) return compute({0, area * step.views, false});
  mark_rows(step, plan, bytes, bytes + out->rows);
  for_runs(bytes + out->rows, step.height * step.views, step.width, [&](const Run& run) {
    if (run.is_blank) copy_blank(*out, plan, run, bytes);
    else compute(run);
  });
}

}  // namespace c3po::inference
