// Entries and tiles of convolutions.
#include <algorithm>
#include <cstring>
#include <initializer_list>

#include "_core/inference/layers.hpp"

namespace c3po::inference {
namespace {

constexpr std::int32_t kBlock = 4;

void append(std::vector<std::uint8_t>& bytes, const void* from, std::size_t size) {
  const auto* first = static_cast<const std::uint8_t*>(from);
  bytes.insert(bytes.end(), first, first + size);
}

std::int32_t floor_div(std::int32_t a, std::int32_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

// Where a column of the weight reads, from the first element of the term's input.
std::int32_t input_offset(const ConvTerm& term, std::size_t column) {
  const auto& s = term.node->settings;
  const auto kh = static_cast<std::int32_t>(s[1]), kw = static_cast<std::int32_t>(s[2]), sy = static_cast<std::int32_t>(s[3]),
             sx = static_cast<std::int32_t>(s[4]);
  const auto c = static_cast<std::int32_t>(column) / (kh * kw), tap = static_cast<std::int32_t>(column) % (kh * kw);
  const std::int32_t ty = tap / kw - static_cast<std::int32_t>(s[5]), tx = tap % kw - static_cast<std::int32_t>(s[6]);
  const std::int32_t qy = floor_div(ty, sy), qx = floor_div(tx, sx);
  return (c * sy * sx + (ty - qy * sy) * sx + (tx - qx * sx)) * term.in.plane + qy * term.in.pitch + qx;
}

class ConvBuilder {
 public:
  ConvBuilder(const ConvSpec& spec, const Kernels& kernels)
      : spec_(spec), kernels_(kernels), out_(spec.terms[0].node->shape), rows_(out_.channels), bias_(rows_, 0.0f) {
    for (const ConvTerm& term : spec.terms) {
      const std::vector<float> weight = dense_weight(*term.node, 0, rows_);
      const std::size_t columns = weight.size() / rows_;
      for (std::size_t c = 0; c < columns; ++c) {
        offsets_.push_back(static_cast<std::int32_t>(term.in.origin - spec.terms[0].in.origin) + input_offset(term, c));
        for (std::size_t r = 0; r < rows_; ++r) weight_.push_back(weight[r * columns + c]);
      }
      if (term.node->has[1])
        for (std::size_t r = 0; r < rows_; ++r) bias_[r] += term.node->tensors[1].values[r];
    }
  }

  std::vector<ConvStep> steps() {
    ConvStep single = empty(1), fours = empty(kBlock);
    std::vector<std::size_t> blocks, rows;  // by first row
    for (std::size_t first = 0; first < rows_; first += kBlock) {
      const std::size_t count = std::min<std::size_t>(kBlock, rows_ - first);
      if (pays_in_block(first, count)) blocks.push_back(first);
      else
        for (std::size_t r = first; r < first + count; ++r)
          if (is_needed(r)) rows.push_back(r);
    }
    for (const std::size_t first : by_entries(blocks, kBlock)) add_block(fours, first, std::min<std::size_t>(kBlock, rows_ - first));
    for (const std::size_t r : by_entries(rows, 1)) add_block(single, r, 1);
    std::vector<ConvStep> steps;
    for (ConvStep* step : {&fours, &single})
      if (!step->counts.empty()) {
        choose_tiles(*step);
        steps.push_back(std::move(*step));
      }
    return steps;
  }

 private:
  float at(std::size_t r, std::size_t c) const { return weight_[c * rows_ + r]; }
  std::int32_t views() const { return static_cast<std::int32_t>(spec_.terms[0].in.views); }

  ConvStep empty(std::int32_t block) const {
    ConvStep step;
    step.job.block = block;
    step.job.relu = spec_.relu;
    step.job.pool = spec_.pool;
    step.job.split = spec_.split;
    step.in = spec_.terms[0].in;
    step.out = spec_.out;
    step.adds = spec_.add != nullptr;
    if (step.adds) step.add = *spec_.add;
    step.bias = bias_;
    if (spec_.split)
      for (std::int32_t row = 0; row < static_cast<std::int32_t>(out_.height) * views(); ++row) {
        const std::int32_t y = row / views();
        step.split_rows.push_back(y % 2 * 2 * spec_.out.plane + y / 2 * spec_.out.pitch + row % views() * spec_.out.view);
      }
    return step;
  }

  // Lists of one length follow each other, so that the processor foresees where each ends.
  std::vector<std::size_t> by_entries(std::vector<std::size_t> firsts, std::size_t block) const {
    std::vector<std::size_t> entries(rows_);
    for (const std::size_t first : firsts)
      for (std::size_t c = 0; c < offsets_.size(); ++c) entries[first] += is_used(c, first, std::min(block, rows_ - first));
    std::stable_sort(firsts.begin(), firsts.end(), [&](std::size_t a, std::size_t b) { return entries[a] < entries[b]; });
    return firsts;
  }

  bool is_used(std::size_t c, std::size_t first, std::size_t count) const {
    for (std::size_t r = first; r < first + count; ++r)
      if (at(r, c) != 0.0f) return true;
    return false;
  }

  bool is_needed(std::size_t r) const {
    if (!spec_.skips_zero_rows || spec_.add || bias_[r] > 0.0f || (bias_[r] < 0.0f && !spec_.relu)) return true;
    for (std::size_t c = 0; c < offsets_.size(); ++c)
      if (at(r, c) != 0.0f) return true;
    return false;
  }

  // Rows one at a time cost a load and a multiplication per weight; a block costs four multiplications per column used.
  bool pays_in_block(std::size_t first, std::size_t count) const {
    std::size_t weights = 0, used = 0;
    for (std::size_t c = 0; c < offsets_.size(); ++c) {
      std::size_t here = 0;
      for (std::size_t r = first; r < first + count; ++r) here += at(r, c) != 0.0f;
      weights += here;
      used += here != 0;
    }
    return count > 1 && used * 9 < weights * 4;
  }

  void add_block(ConvStep& step, std::size_t first, std::size_t count) const {
    std::int32_t entries = 0;
    for (std::size_t c = 0; c < offsets_.size(); ++c) {
      float lanes[kBlock] = {};
      bool used = false;
      for (std::size_t k = 0; k < count; ++k) used |= (lanes[k] = at(first + k, c)) != 0.0f;
      if (!used) continue;
      append(step.entries, &offsets_[c], 4);
      append(step.entries, lanes, 4 * static_cast<std::size_t>(step.job.block));
      ++entries;
    }
    step.counts.push_back(entries);
    for (std::int32_t k = 0; k < step.job.block; ++k)
      step.rows.push_back(k < static_cast<std::int32_t>(count) ? static_cast<std::int32_t>(first) + k : -1);
    step.macs += std::int64_t{entries} * step.job.block * out_.height * out_.width * views();
  }

  void choose_tiles(ConvStep& step) const {
    auto height = static_cast<std::int32_t>(out_.height) * views(), width = static_cast<std::int32_t>(out_.width);
    if (spec_.pool) {
      height = height / 2 * 2;
      width = width / 2 * 2;
    }
    if (kernels_.widest == 1) {  // one tile over the whole width
      add_tiles(step, 1, 1, 0, height, width);
      return;
    }
    const std::int32_t vector = vector_for(width), vectors = (width + vector - 1) / vector;
    for (std::int32_t done = 0; done < vectors;) {
      std::int32_t across = 1;
      for (const std::int32_t c : {8, 4, 3, 2})
        if (c <= vectors - done && kernels_.conv(vector, spec_.pool ? 2 : 1, c, step.job.block) && (c < 8 || kernels_.registers == 16)) {
          across = c;
          break;
        }
      add_tiles(step, vector, across, done * vector, height, width);
      done += across;
    }
  }

  // The vector that leaves fewest lanes idle, the wider of two that leave as many.
  std::int32_t vector_for(std::int32_t width) const {
    std::int32_t best = 4, idle = 1 << 30;
    for (const std::int32_t vector : {4, 8, 16}) {
      if (vector > kernels_.widest || (vector == 4 && width > 4 && kernels_.widest > 4)) continue;
      const std::int32_t here = (vector - width % vector) % vector;
      if (here <= idle) {
        best = vector;
        idle = here;
      }
    }
    return best;
  }

  // Rows of a tile by measurement: enough sums in flight, inputs that stay in the nearest cache.
  std::int32_t rows_for(std::int32_t across, std::int32_t block) const {
    if (kernels_.widest == 1) return spec_.pool ? 2 : 1;
    const bool few = kernels_.registers < 32;
    if (spec_.pool) {
      if (block > 1) return across == 1 && !few ? 4 : 2;
      return across == 1 ? 8 : across == 3 && !few ? 8 : across <= 3 ? 4 : 2;
    }
    if (block > 1) return few ? (across == 1 ? 2 : 1) : across == 1 ? 4 : across == 2 ? 2 : 1;
    return across == 1 ? 4 : across == 2 ? 3 : across <= 4 ? 2 : 1;
  }

  void add_tiles(ConvStep& step, std::int32_t vector, std::int32_t across, std::int32_t x, std::int32_t height, std::int32_t width) const {
    const std::int32_t columns = vector == 1 ? width : std::min(width - x, across * vector);
    for (std::int32_t row = 0, rows = rows_for(across, step.job.block); row < height; row += rows) {
      while (rows > height - row || !kernels_.conv(vector, rows, across, step.job.block)) rows -= spec_.pool ? 2 : 1;
      step.tiles.push_back({kernels_.conv(vector, rows, across, step.job.block), row, x, columns});
    }
  }

  const ConvSpec& spec_;
  const Kernels& kernels_;
  const Shape& out_;
  std::size_t rows_;
  std::vector<float> bias_, weight_;  // weight_: column by column
  std::vector<std::int32_t> offsets_;
};

}  // namespace

std::vector<float> dense_weight(const Node& node, std::size_t slot, std::size_t rows) {
  const Tensor& t = node.tensors[slot];
  const std::size_t block = node.settings[7] > 1 ? node.settings[7] : 1, taps = t.taps;
  std::vector<float> dense(rows * t.columns);
  for (std::size_t r = 0; r < rows; ++r) {
    const float scale = slot == 0 && node.has[2] && (node.op == Op::conv2d || node.op == Op::linear) ? node.tensors[2].values[r] : 1.0f;
    if (block == 1) {
      for (std::size_t i = r * t.columns; i < (r + 1) * t.columns; ++i) dense[i] = scale * t.values[i];
      continue;
    }
    for (std::size_t c = 0; c < t.columns; ++c) {
      const std::size_t channel = c / taps, turned = channel / block * block + (channel % block + block - r % block) % block;
      dense[r * t.columns + c] = scale * t.values[r / block * t.columns + turned * taps + c % taps];
    }
  }
  return dense;
}

std::vector<ConvStep> conv_steps(const ConvSpec& spec, const Kernels& kernels) { return ConvBuilder(spec, kernels).steps(); }

void ConvStep::finish() {
  job.entries = entries.data();
  job.counts = counts.data();
  job.rows = rows.data();
  job.bias = bias.data();
  job.blocks = static_cast<std::int32_t>(counts.size());
  job.in_row = in.view;
  job.out_row = out.view;
  job.out_plane = job.split ? 4 * out.plane : out.plane;
  job.odd_columns = out.plane;
  job.add_row = add.view;
  job.add_plane = add.plane;
}

}  // namespace c3po::inference
