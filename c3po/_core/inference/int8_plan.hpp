// Layers on bytes: where the values of convolutions lie, and what each step needs. A byte is a whole number of steps of its
// channel, 0 to 127; 127 steps are the range of the channel, which the caller gives.
#pragma once
#include <cstdint>
#include <vector>

#include "_core/inference/graph.hpp"
#include "_core/inference/int8_kernels.hpp"
#include "_core/inference/on_cache_lines.hpp"
#include "_core/inference/places.hpp"

namespace c3po::inference {

// Planes without gaps: pixel (view, y, x) is byte (view * height + y) * width + x of its channel. Where the value is
// that of a blank image, row by row, is kept beside it. Of a value that convolutions of some stride read, the planes of
// its phases lie in values of their own.
struct ByteValue {
  std::int64_t origin = 0, rows = 0;  // in the bytes of the arena: channel 0; one flag per row, whether it is not blank
  std::int64_t plane = 0;
  std::int32_t channels = 0, height = 0, width = 0, views = 1;
  std::vector<float> steps;  // of each channel
  std::int32_t pixels() const { return views * height * width; }
};

struct QuantiseStep {
  std::size_t value;
  bool from_image = false;
  Place in;  // if not
};

struct ByteSplitStep {
  std::size_t from, to;  // the planes of (py, px) follow each other for each channel of `from`
  std::int32_t sy, sx;
};

struct FloatsStep {  // bytes to floats, for a reader that wants those
  std::size_t value;
  Place out;
};

struct ByteConvStep {
  // Rows of the input that a row of the output reads: y * stride - padding and the next ones.
  struct Reach {
    std::size_t value;
    std::int32_t stride, padding, kernel;
  };
  ByteJob job{};
  PatchJob patch{};
  std::vector<ByteQuad> quads;
  std::vector<std::int32_t> counts, rows;
  std::vector<float> scale, bias, add_scale;
  std::vector<PatchRow> patch_rows;
  std::vector<std::uint8_t> masks;
  std::int32_t taps = 0;
  std::vector<Reach> reaches;
  std::size_t out = kNoValue, add = kNoValue;
  Place floats;  // without `out`
  std::int32_t height = 0, width = 0, views = 1;
  std::int64_t macs = 0;
  void finish();
  static constexpr std::size_t kNoValue = ~std::size_t{0};
};

constexpr std::size_t kMaxColumns = 1 << 16;  // of weights: 127 * 127 times as many fit in 31 bits

struct ByteMatrix {
  ByteMatrixJob job{};
  std::vector<std::int8_t, OnCacheLines<std::int8_t>> weights;
  std::vector<std::int32_t> start;
  std::vector<float> scale, bias;
  float inverse = 1;  // bytes of one unit of the input
  void finish();
};

struct Int8Plan {
  std::vector<ByteValue> values;
  std::vector<QuantiseStep> quantises;
  std::vector<ByteSplitStep> splits;
  std::vector<FloatsStep> floats;
  std::vector<ByteConvStep> convs;
  std::int64_t bytes = 0;             // of all values, one after the other
  std::int64_t patch_bytes = 0;       // scratch behind them
  std::int64_t float_scratch = 0;     // bytes behind that
  std::int64_t mask_bytes = 0;        // of all convolutions
  std::int64_t origin = 0;            // of it all, in floats of the arena
  std::vector<std::uint8_t> blank;    // the bytes after a blank image; empty until one was seen
  const Int8Kernels* kernels = nullptr;

  // A place for a value, with room to read some rows before and behind it.
  std::size_t add_value(const Shape& shape, std::uint32_t views, const std::vector<float>& steps);
  void finish();
};

// One convolution of a sum; `value` holds what its node reads, as it is or in phases.
struct ByteTerm {
  const Node* node;
  std::size_t value, phases;
};
struct ByteSpec {
  std::vector<ByteTerm> terms;
  std::size_t out = ByteConvStep::kNoValue, add = ByteConvStep::kNoValue;
  Place floats;
  bool relu = false;
};
ByteConvStep byte_conv_step(const ByteSpec& spec, Int8Plan& plan);

// Of rows x columns of weights; 127 steps of the input are `range`.
ByteMatrix byte_matrix(const std::vector<float>& weight, const std::vector<float>& bias, float range, const Int8Kernels& kernels);

// Whether a convolution can run on bytes at all: the same sides in and out but for the stride, a kernel that is not huge.
bool fits_bytes(const Node& conv, const Shape& in);

// False when the image holds an infinity or NaN.
bool run_quantise(const QuantiseStep& step, const Int8Plan& plan, const float* image, float* arena);
void run_byte_split(const ByteSplitStep& step, const Int8Plan& plan, float* arena);
void run_floats(const FloatsStep& step, const Int8Plan& plan, float* arena);
void run_byte_conv(const ByteConvStep& step, const Int8Plan& plan, float* arena);

}  // namespace c3po::inference
