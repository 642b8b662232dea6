// Weights, masks and places of a convolution on bytes.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <tuple>

#include "_core/inference/int8_plan.hpp"
#include "_core/inference/layers.hpp"

namespace c3po::inference {
namespace {

constexpr std::int32_t kBlock = 4;
constexpr std::uint32_t kMaxKernel = 7;
constexpr std::int64_t kMaxMaskBytes = 1 << 26;

std::int32_t floor_div(std::int32_t a, std::int32_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

// One column of the weight: where it reads, and the output pixels that see no padding there.
struct Tap {
  std::size_t term, channel;
  std::int32_t qy, qx;  // pixels from the output's, in the planes of its phase
  std::int64_t plane;   // first byte of that plane
};

class ByteConvBuilder {
 public:
  ByteConvBuilder(const ByteSpec& spec, Int8Plan& plan) : spec_(spec), plan_(plan), out_(spec.terms[0].node->shape), rows_(out_.channels) {
    const ByteValue& first = plan.values[spec.terms[0].phases];
    step_.height = first.height;
    step_.width = first.width;
    step_.views = first.views;
    for (std::size_t t = 0; t < spec.terms.size(); ++t) add_term(t);
  }

  ByteConvStep step() {
    weigh();
    lay_out_patch();
    for (std::int32_t first = 0; first < rows_; first += kBlock) add_block(first);
    step_.quads.resize(step_.quads.size() + kQuadsAhead);
    step_.out = spec_.out;
    step_.add = spec_.add;
    step_.floats = spec_.floats;
    step_.job.relu = spec_.relu;
    return std::move(step_);
  }

 private:
  void add_term(std::size_t t) {
    const ByteTerm& term = spec_.terms[t];
    const auto& s = term.node->settings;
    const auto kh = static_cast<std::int32_t>(s[1]), kw = static_cast<std::int32_t>(s[2]), sy = static_cast<std::int32_t>(s[3]),
               sx = static_cast<std::int32_t>(s[4]), py = static_cast<std::int32_t>(s[5]), px = static_cast<std::int32_t>(s[6]);
    const ByteValue &from = plan_.values[term.value], &phases = plan_.values[term.phases];
    const std::vector<float> weight = dense_weight(*term.node, 0, static_cast<std::size_t>(rows_));
    const std::size_t columns = weight.size() / static_cast<std::size_t>(rows_);
    for (std::size_t c = 0; c < columns; ++c) {
      const std::int32_t channel = static_cast<std::int32_t>(c) / (kh * kw), tap = static_cast<std::int32_t>(c) % (kh * kw);
      const std::int32_t ty = tap / kw - py, tx = tap % kw - px, qy = floor_div(ty, sy), qx = floor_div(tx, sx);
      const std::int32_t phase = (channel * sy + ty - qy * sy) * sx + tx - qx * sx;
      taps_.push_back({t, static_cast<std::size_t>(channel), qy, qx, phases.origin + phase * phases.plane});
      for (std::int32_t r = 0; r < rows_; ++r)
        weight_.push_back(double{weight[static_cast<std::size_t>(r) * columns + c]} * from.steps[static_cast<std::size_t>(channel)]);
    }
    step_.reaches.push_back({term.value, sy, py, kh});
  }

  // Weights in whole steps of their row: its largest is 127 of them.
  void weigh() {
    for (std::int32_t r = 0; r < rows_; ++r) {
      double largest = 0;
      for (std::size_t c = 0; c < taps_.size(); ++c) largest = std::max(largest, std::fabs(at(r, c)));
      for (std::size_t c = 0; c < taps_.size() && largest > 0; ++c) at(r, c) = std::nearbyint(at(r, c) * (127.0 / largest));
      row_steps_.push_back(largest / 127.0);
    }
  }

  double& at(std::int32_t r, std::size_t c) { return weight_[c * static_cast<std::size_t>(rows_) + static_cast<std::size_t>(r)]; }

  void add_block(std::int32_t first) {
    const std::int32_t count = std::min(kBlock, rows_ - first);
    ByteQuad quad{};
    std::int32_t entries = 0;
    for (std::size_t c = 0; c < taps_.size(); ++c) {
      bool is_used = false;
      for (std::int32_t k = 0; k < count; ++k) is_used |= at(first + k, c) != 0.0;
      if (!is_used) continue;
      const std::int32_t i = entries++ % 4;
      if (i == 0) quad = ByteQuad{};
      quad.at[i] = places_[c];
      for (std::int32_t k = 0; k < count; ++k)
        quad.weights[k] |= static_cast<std::uint32_t>(static_cast<std::int32_t>(at(first + k, c)) & 0xFF) << (8 * i);
      if (i == 0) step_.quads.push_back(quad);
      else step_.quads.back() = quad;
    }
    step_.counts.push_back((entries + 3) / 4);
    step_.macs += std::int64_t{entries} * kBlock * step_.height * step_.width * step_.views;
    for (std::int32_t k = 0; k < kBlock; ++k) add_lane(k < count ? first + k : -1);
  }

  void add_lane(std::int32_t row) {
    step_.rows.push_back(row);
    const auto r = static_cast<std::size_t>(std::max(row, 0));
    double bias = 0, out = 1, add = 0;
    for (const ByteTerm& term : spec_.terms)
      if (term.node->has[1]) bias += term.node->tensors[1].values[r];
    if (spec_.out != ByteConvStep::kNoValue) out = plan_.values[spec_.out].steps[r];
    if (spec_.add != ByteConvStep::kNoValue) add = plan_.values[spec_.add].steps[r] / out;
    const double half = spec_.out != ByteConvStep::kNoValue ? 0.5 : 0.0;
    const double scale = row_steps_[r] / out, shift = bias / out + half;
    double largest = std::fabs(shift) + 127.0 * add;  // an output in bytes is made a whole number before it is cut off
    for (std::size_t c = 0; c < taps_.size(); ++c) largest += 127.0 * scale * std::fabs(at(static_cast<std::int32_t>(r), c));
    if (!(largest < (spec_.out == ByteConvStep::kNoValue ? 1e30 : double{1 << 30})))
      throw PackedError("expected weights and ranges that int8 can hold, got an output of " + std::to_string(largest) + " steps; measure the ranges again");
    step_.scale.push_back(static_cast<float>(scale));
    step_.bias.push_back(static_cast<float>(shift));
    step_.add_scale.push_back(static_cast<float>(add));
  }

  // The taps that any output reads, those of one plane and row together.
  void lay_out_patch() {
    std::vector<std::size_t> used;
    for (std::size_t c = 0; c < taps_.size(); ++c)
      for (std::int32_t r = 0; r < rows_; ++r)
        if (at(r, c) != 0.0) {
          used.push_back(c);
          break;
        }
    const auto key = [this](std::size_t c) { return std::make_tuple(taps_[c].plane, taps_[c].qy, taps_[c].qx); };
    std::sort(used.begin(), used.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    places_.assign(taps_.size(), -1);
    const bool shifts = step_.width == 4 || step_.width == 8 || step_.width == 16;
    const Tap* last = nullptr;
    for (std::size_t n = 0; n < used.size(); ++n) {
      const std::size_t c = used[n];
      const Tap& tap = taps_[c];
      if (n > 0 && key(used[n - 1]) == key(c)) {  // two convolutions of a sum read the same
        places_[c] = places_[used[n - 1]];
        continue;
      }
      places_[c] = step_.taps++ * plan_.kernels->pixels;
      const bool may_shift = shifts && std::abs(tap.qx) <= 1;
      const std::int32_t bit = !may_shift ? kThese : tap.qx < 0 ? kBefore : tap.qx > 0 ? kBehind : kThese;
      if (may_shift && last && last->plane == tap.plane && last->qy == tap.qy) {
        step_.patch_rows.back().taps |= bit;
        continue;
      }
      const std::int32_t qx = may_shift ? 0 : tap.qx;
      step_.patch_rows.push_back({tap.plane + std::int64_t{tap.qy} * step_.width + qx, mask_of(tap.qy, qx), bit});
      last = may_shift ? &tap : nullptr;
    }
  }

  // Where the mask of a shift of the output's pixels lies: a whole image, and as much of the next as a tile may see.
  std::int32_t mask_of(std::int32_t qy, std::int32_t qx) {
    const std::int32_t area = step_.height * step_.width, length = area + plan_.kernels->pixels;
    const auto [known, is_new] = masks_.try_emplace({qy, qx}, static_cast<std::int32_t>(step_.masks.size()));
    if (is_new) plan_.mask_bytes += length;
    if (plan_.mask_bytes > kMaxMaskBytes) throw PackedError("expected masks of at most 64 MiB for int8; open the network in float32");
    for (std::int32_t i = 0; is_new && i < length; ++i) {
      const std::int32_t y = i % area / step_.width + qy, x = i % step_.width + qx;
      step_.masks.push_back(y >= 0 && y < step_.height && x >= 0 && x < step_.width ? 0xFF : 0);
    }
    return known->second;
  }

  const ByteSpec& spec_;
  Int8Plan& plan_;
  const Shape& out_;
  std::int32_t rows_;
  ByteConvStep step_;
  std::vector<Tap> taps_;
  std::vector<double> weight_, row_steps_;  // weight_: column by column
  std::vector<std::int32_t> places_;        // of each tap in the patch
  std::map<std::pair<std::int32_t, std::int32_t>, std::int32_t> masks_;
};

std::int64_t rounded_up(std::int64_t n) { return (n + 63) / 64 * 64; }

}  // namespace

bool fits_bytes(const Node& conv, const Shape& in) {
  const auto& s = conv.settings;
  return s[1] <= kMaxKernel && s[2] <= kMaxKernel && (in.height + s[3] - 1) / s[3] == conv.shape.height && (in.width + s[4] - 1) / s[4] == conv.shape.width &&
         std::uint64_t{in.channels} * s[1] * s[2] <= kMaxColumns / 2;
}

ByteConvStep byte_conv_step(const ByteSpec& spec, Int8Plan& plan) { return ByteConvBuilder(spec, plan).step(); }

void ByteConvStep::finish() {
  job.quads = quads.data();
  job.counts = counts.data();
  job.rows = rows.data();
  job.scale = scale.data();
  job.bias = bias.data();
  job.add_scale = add_scale.data();
  job.blocks = static_cast<std::int32_t>(counts.size());
  patch = {patch_rows.data(), masks.data(), static_cast<std::int32_t>(patch_rows.size()), width};
}

std::size_t Int8Plan::add_value(const Shape& shape, std::uint32_t count, const std::vector<float>& steps) {
  ByteValue value;
  value.channels = static_cast<std::int32_t>(shape.channels);
  value.height = static_cast<std::int32_t>(shape.height);
  value.width = static_cast<std::int32_t>(shape.width);
  value.views = static_cast<std::int32_t>(count);
  value.steps = steps;
  const std::int64_t guard = rounded_up(std::int64_t{kMaxKernel + 1} * value.width + 64);
  value.plane = rounded_up(std::int64_t{shape.height} * shape.width * count) + 64;
  value.rows = bytes;
  bytes += rounded_up(std::int64_t{shape.height} * count);
  value.origin = bytes + guard;
  bytes = value.origin + value.plane * value.channels + guard;
  if (bytes > std::int64_t{1} << 28) throw PackedError("expected at most 256 MiB of values between layers");
  values.push_back(std::move(value));
  return values.size() - 1;
}

void Int8Plan::finish() {
  for (ByteConvStep& conv : convs) {
    conv.finish();
    patch_bytes = std::max<std::int64_t>(patch_bytes, rounded_up(std::int64_t{conv.taps} * kernels->pixels));
    if (conv.out == ByteConvStep::kNoValue)
      float_scratch = std::max<std::int64_t>(float_scratch, std::int64_t{4} * kernels->pixels * static_cast<std::int64_t>(conv.rows.size()));
  }
}

}  // namespace c3po::inference
