#include "_core/inference/places.hpp"

#include <algorithm>

namespace c3po::inference {
namespace {

std::int64_t rounded_up(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

[[noreturn]] void throw_arena() { throw PackedError("expected at most 256 MiB of values between layers"); }

}  // namespace

std::int64_t Places::take(std::int64_t floats) {
  if (floats > kMaxFloats || floats_ + floats > kMaxFloats) throw_arena();
  const std::int64_t at = floats_;
  floats_ = rounded_up(floats_ + floats, 16) + kGuard;
  return at;
}

Places::Held Places::planes(const Shape& shape, std::uint32_t views, Halo halo, Form form) {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    Buffer& b = buffers_[i];
    if (!b.is_free || b.form.sy != form.sy || b.form.sx != form.sx || !fits(i, shape, views, halo)) continue;
    b.is_free = false;
    Place place = b.place;
    place.shape.channels = shape.channels * form.sy * form.sx;
    return {place, i};
  }
  const std::int64_t height = (shape.height + form.sy - 1) / form.sy, width = (shape.width + form.sx - 1) / form.sx;
  const std::int64_t channels = std::int64_t{shape.channels} * form.sy * form.sx;
  const std::int64_t vector = width > 8 ? 16 : width > 4 ? 8 : 4;
  const std::int64_t row = rounded_up(width + std::max<std::int64_t>(halo.x, 1), vector);
  const std::int64_t pitch = row * views, plane = (height + 2 * halo.y) * pitch;
  if (channels > kMaxFloats || row > kMaxFloats || pitch > kMaxFloats || plane > kMaxFloats) throw_arena();
  Place place;
  place.plane = static_cast<std::int32_t>(plane);
  place.pitch = static_cast<std::int32_t>(pitch);
  place.view = static_cast<std::int32_t>(row);
  place.views = views;
  place.shape = {static_cast<std::uint32_t>(channels), static_cast<std::uint32_t>(height), static_cast<std::uint32_t>(width)};
  place.origin = take(plane * channels) + halo.y * pitch;
  buffers_.push_back({shape.channels, shape.height, shape.width, views, form, halo, place, false});
  return {place, buffers_.size() - 1};
}

Place Places::vector(const Shape& shape, std::uint32_t views) {
  Place place;
  place.shape = shape;
  place.views = views;
  const std::int64_t view = rounded_up(shape.channels, 64);
  if (view * views > kMaxFloats) throw_arena();
  place.view = static_cast<std::int32_t>(view);
  place.origin = take(view * views);
  return place;
}

void Places::release(std::size_t buffer) {
  if (buffer != kNone) buffers_[buffer].is_free = true;
}

bool Places::fits(std::size_t buffer, const Shape& shape, std::uint32_t views, Halo halo) const {
  const Buffer& b = buffers_[buffer];
  return b.height == shape.height && b.width == shape.width && b.views == views && b.channels >= shape.channels &&
         b.halo.y >= halo.y && b.halo.x >= halo.x;
}

}  // namespace c3po::inference
