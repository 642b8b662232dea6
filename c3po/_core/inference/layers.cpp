#include "_core/inference/layers.hpp"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <numeric>

namespace c3po::inference {
namespace {

constexpr std::int32_t kBlock = 4;

void append(std::vector<std::uint8_t>& bytes, const void* from, std::size_t size) {
  const auto* first = static_cast<const std::uint8_t*>(from);
  bytes.insert(bytes.end(), first, first + size);
}

std::int32_t floor_div(std::int32_t a, std::int32_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

class ConvBuilder {
 public:
  ConvBuilder(const ConvSpec& spec, const Kernels& kernels)
      : spec_(spec), kernels_(kernels), n_(spec.node), weight_(dense_weight(n_, 0, n_.shape.channels)),
        rows_(n_.shape.channels), columns_(weight_.size() / rows_) {}

  std::vector<ConvStep> steps() {
    ConvStep single = empty(1), fours = empty(kBlock);
    for (std::size_t first = 0; first < rows_; first += kBlock) {
      const std::size_t count = std::min<std::size_t>(kBlock, rows_ - first);
      if (pays_in_block(first, count)) add_block(fours, first, count);
      else
        for (std::size_t r = first; r < first + count; ++r)
          if (is_needed(r)) add_block(single, r, 1);
    }
    std::vector<ConvStep> steps;
    for (ConvStep* step : {&fours, &single})
      if (!step->counts.empty()) {
        choose_tiles(*step);
        steps.push_back(std::move(*step));
      }
    return steps;
  }

 private:
  float at(std::size_t r, std::size_t c) const { return weight_[r * columns_ + c]; }

  ConvStep empty(std::int32_t block) const {
    ConvStep step;
    step.job.block = block;
    step.job.relu = spec_.relu;
    step.job.pool = spec_.pool;
    step.in = spec_.in;
    step.out = spec_.out;
    step.adds = spec_.add != nullptr;
    if (step.adds) step.add = *spec_.add;
    step.bias = n_.has[1] ? n_.tensors[1].values : std::vector<float>(rows_, 0.0f);
    return step;
  }

  // A row that leaves zeros behind need not be computed: its plane is zero from the start.
  bool is_needed(std::size_t r) const {
    const float bias = n_.has[1] ? n_.tensors[1].values[r] : 0.0f;
    if (spec_.add || bias > 0.0f || (bias < 0.0f && !spec_.relu)) return true;
    for (std::size_t c = 0; c < columns_; ++c)
      if (at(r, c) != 0.0f) return true;
    return false;
  }

  // Rows one at a time cost a load and a multiplication per weight; a block costs four multiplications per column used.
  bool pays_in_block(std::size_t first, std::size_t count) const {
    std::size_t weights = 0, used = 0;
    for (std::size_t c = 0; c < columns_; ++c) {
      std::size_t here = 0;
      for (std::size_t r = first; r < first + count; ++r) here += at(r, c) != 0.0f;
      weights += here;
      used += here != 0;
    }
    return count > 1 && used * 9 < weights * 4;
  }

  void add_block(ConvStep& step, std::size_t first, std::size_t count) const {
    std::int32_t entries = 0;
    for (std::size_t c = 0; c < columns_; ++c) {
      float lanes[kBlock] = {};
      bool used = false;
      for (std::size_t k = 0; k < count; ++k) used |= (lanes[k] = at(first + k, c)) != 0.0f;
      if (!used) continue;
      const std::int32_t offset = input_offset(c);
      append(step.entries, &offset, 4);
      append(step.entries, lanes, 4 * static_cast<std::size_t>(step.job.block));
      ++entries;
    }
    step.counts.push_back(entries);
    for (std::int32_t k = 0; k < step.job.block; ++k)
      step.rows.push_back(k < static_cast<std::int32_t>(count) ? static_cast<std::int32_t>(first) + k : -1);
    step.macs += std::int64_t{entries} * step.job.block * n_.shape.height * n_.shape.width;
  }

  std::int32_t input_offset(std::size_t column) const {
    const auto& s = n_.settings;
    const auto kh = static_cast<std::int32_t>(s[1]), kw = static_cast<std::int32_t>(s[2]), sy = static_cast<std::int32_t>(s[3]),
               sx = static_cast<std::int32_t>(s[4]);
    const auto c = static_cast<std::int32_t>(column) / (kh * kw), tap = static_cast<std::int32_t>(column) % (kh * kw);
    const std::int32_t ty = tap / kw - static_cast<std::int32_t>(s[5]), tx = tap % kw - static_cast<std::int32_t>(s[6]);
    const std::int32_t qy = floor_div(ty, sy), qx = floor_div(tx, sx);
    return (c * sy * sx + (ty - qy * sy) * sx + (tx - qx * sx)) * spec_.in.plane + qy * spec_.in.row + qx;
  }

  void choose_tiles(ConvStep& step) const {
    auto height = static_cast<std::int32_t>(n_.shape.height), width = static_cast<std::int32_t>(n_.shape.width);
    if (spec_.pool) {
      height = height / 2 * 2;
      width = width / 2 * 2;
    }
    if (kernels_.widest == 1) {  // one tile over the whole width
      add_column(step, 1, 1, 0, height, width);
      return;
    }
    std::int32_t vector = 4;
    while (vector < kernels_.widest && vector < width) vector *= 2;
    const std::int32_t vectors = (width + vector - 1) / vector;
    for (std::int32_t done = 0; done < vectors;) {
      const std::int32_t left = vectors - done;
      std::int32_t across = std::min<std::int32_t>(4, left);
      while (across > 1 && !kernels_.conv(vector, spec_.pool ? 2 : 1, across, step.job.block)) --across;
      add_column(step, vector, across, done * vector, height, width);
      done += across;
    }
  }

  void add_column(ConvStep& step, std::int32_t vector, std::int32_t across, std::int32_t x, std::int32_t height, std::int32_t width) const {
    const std::int32_t columns = vector == 1 ? width : std::min(width - x, across * vector);
    for (std::int32_t y = 0; y < height;) {
      for (const std::int32_t rows : {8, 6, 4, 3, 2, 1}) {
        if (rows > height - y || (spec_.pool ? rows % 2 != 0 : kernels_.widest == 1 && rows > 1)) continue;
        const ConvTile run = kernels_.conv(vector, rows, across, step.job.block);
        if (!run) continue;
        step.tiles.push_back({run, y, x, columns});
        y += rows;
        break;
      }
    }
  }

  const ConvSpec& spec_;
  const Kernels& kernels_;
  const Node& n_;
  std::vector<float> weight_;
  std::size_t rows_, columns_;
};

}  // namespace

std::vector<float> dense_weight(const Node& node, std::size_t slot, std::size_t rows) {
  const Tensor& t = node.tensors[slot];
  const std::size_t block = node.settings[7] > 1 ? node.settings[7] : 1, taps = t.taps;
  std::vector<float> dense(rows * t.columns);
  for (std::size_t r = 0; r < rows; ++r) {
    const float scale = slot == 0 && node.has[2] && (node.op == Op::conv2d || node.op == Op::linear) ? node.tensors[2].values[r] : 1.0f;
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
  job.in_row = in.row;
  job.out_row = out.row;
  job.out_plane = out.plane;
  job.add_row = add.row;
  job.add_plane = add.plane;
}

namespace {

// Rows of a matrix as a linear kernel reads them: in groups of eight with offsets of their own, longest first, or in
// groups of thirty-two that share them.
class LinearBuilder {
 public:
  LinearBuilder(const LinearSpec& spec) : spec_(spec), columns_(spec.weight.size() / spec.rows), used_(spec.rows) {
    for (std::size_t i = 0; i < spec.weight.size(); ++i)
      if (spec.weight[i] != 0.0f) used_[i / columns_].push_back(static_cast<std::int32_t>(i % columns_));
  }

  LinearStep step() {
    LinearStep step;
    step.job.relu = spec_.relu;
    step.job.lanes = shared_entries() * 20 < separate_entries() * 8 ? kShared : 8;
    std::vector<std::int32_t> order = needed_rows();
    if (step.job.lanes == 8)
      std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) { return row(a).size() > row(b).size(); });
    for (std::size_t first = 0; first < order.size(); first += static_cast<std::size_t>(step.job.lanes)) {
      const std::size_t end = std::min(order.size(), first + static_cast<std::size_t>(step.job.lanes));
      std::vector<std::int32_t> group(order.begin() + static_cast<std::ptrdiff_t>(first), order.begin() + static_cast<std::ptrdiff_t>(end));
      group.resize(static_cast<std::size_t>(step.job.lanes), -1);
      for (const std::int32_t r : group) {
        step.rows.push_back(r < 0 ? -1 : r * spec_.out_stride);
        step.bias.push_back(r < 0 ? 0.0f : spec_.bias[static_cast<std::size_t>(r)]);
      }
      if (step.job.lanes == 8) add_separate(step, group);
      else add_shared(step, group);
    }
    return step;
  }

 private:
  static constexpr std::int32_t kShared = 32;

  const std::vector<std::int32_t>& row(std::int32_t r) const { return used_[static_cast<std::size_t>(r)]; }

  // Rows that leave zeros behind need not be computed: the arena is zero from the start.
  std::vector<std::int32_t> needed_rows() const {
    std::vector<std::int32_t> rows;
    for (std::size_t r = 0; r < spec_.rows; ++r)
      if (!used_[r].empty() || spec_.bias[r] > 0.0f || (spec_.bias[r] < 0.0f && !spec_.relu)) rows.push_back(static_cast<std::int32_t>(r));
    return rows;
  }

  std::size_t separate_entries() const {
    std::size_t entries = 0;
    for (const auto& columns : used_) entries += columns.size();
    return entries;
  }

  // Steps of 32 lanes times four, about what each costs next to one entry of its own.
  std::size_t shared_entries() const {
    std::size_t entries = 0;
    const std::vector<std::int32_t> rows = needed_rows();
    for (std::size_t first = 0; first < rows.size(); first += kShared)
      entries += union_of(rows, first, std::min(rows.size(), first + kShared)).size() * 4;
    return entries;
  }

  std::vector<std::int32_t> union_of(const std::vector<std::int32_t>& rows, std::size_t first, std::size_t end) const {
    std::vector<std::uint8_t> seen(columns_);
    for (std::size_t i = first; i < end; ++i)
      if (rows[i] >= 0)
        for (const std::int32_t c : row(rows[i])) seen[static_cast<std::size_t>(c)] = 1;
    std::vector<std::int32_t> columns;
    for (std::size_t c = 0; c < columns_; ++c)
      if (seen[c]) columns.push_back(static_cast<std::int32_t>(c));
    return columns;
  }

  void add_shared(LinearStep& step, const std::vector<std::int32_t>& group) const {
    const std::vector<std::int32_t> columns = union_of(group, 0, group.size());
    step.lengths.push_back(static_cast<std::int32_t>(columns.size()));
    step.macs += static_cast<std::int64_t>(columns.size()) * kShared;
    for (const std::int32_t c : columns) {
      step.offsets.push_back(offset_of(static_cast<std::size_t>(c)));
      for (const std::int32_t r : group)
        step.weights.push_back(r < 0 ? 0.0f : spec_.weight[static_cast<std::size_t>(r) * columns_ + static_cast<std::size_t>(c)]);
    }
  }

  void add_separate(LinearStep& step, const std::vector<std::int32_t>& group) const {
    const std::size_t length = row(group[0]).size();
    step.lengths.push_back(static_cast<std::int32_t>(length));
    step.macs += static_cast<std::int64_t>(length) * 8;
    for (std::size_t i = 0; i < length; ++i)
      for (const std::int32_t r : group) {
        const bool is_there = r >= 0 && i < row(r).size();
        const auto c = is_there ? static_cast<std::size_t>(row(r)[i]) : 0;
        step.offsets.push_back(is_there ? offset_of(c) : spec_.zero);
        step.weights.push_back(is_there ? spec_.weight[static_cast<std::size_t>(r) * columns_ + c] : 0.0f);
      }
  }

  std::int32_t offset_of(std::size_t column) const {
    const Place& in = spec_.in;
    const std::size_t area = std::size_t{in.shape.height} * in.shape.width, inside = column % area;
    return static_cast<std::int32_t>(in.origin + static_cast<std::int64_t>(column / area) * in.plane +
                                     static_cast<std::int64_t>(inside / in.shape.width) * in.row + static_cast<std::int64_t>(inside % in.shape.width));
  }

  const LinearSpec& spec_;
  std::size_t columns_;
  std::vector<std::vector<std::int32_t>> used_;
};

}  // namespace

LinearStep linear_step(const LinearSpec& spec) { return LinearBuilder(spec).step(); }

void LinearStep::finish() {
  job.offsets = offsets.data();
  job.weights = weights.data();
  job.lengths = lengths.data();
  job.rows = rows.data();
  job.bias = bias.data();
  job.groups = static_cast<std::int32_t>(lengths.size());
}

}  // namespace c3po::inference
