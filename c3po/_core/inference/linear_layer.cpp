// Rows of a matrix as a linear kernel reads them: in groups of eight with offsets of their own, longest first, or in
// wider groups that share them.
#include <algorithm>

#include "_core/inference/layers.hpp"

namespace c3po::inference {
namespace {

class LinearBuilder {
 public:
  LinearBuilder(const LinearSpec& spec, const Kernels& kernels) : spec_(spec), columns_(spec.weight.size() / spec.rows), used_(spec.rows) {
    for (std::size_t i = 0; i < spec.weight.size(); ++i)
      if (spec.weight[i] != 0.0f) used_[i / columns_].push_back(static_cast<std::int32_t>(i % columns_));
    choose_lanes(many_lanes(kernels));
  }

  LinearStep step() {
    LinearStep step;
    step.job.relu = spec_.relu;
    step.job.lanes = lanes_;
    step.in = spec_.in;
    std::vector<std::int32_t> order = needed_rows();
    if (lanes_ == kSeparate)
      std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) { return row(a).size() > row(b).size(); });
    for (std::size_t first = 0; first < order.size(); first += static_cast<std::size_t>(lanes_)) {
      const std::size_t end = std::min(order.size(), first + static_cast<std::size_t>(lanes_));
      std::vector<std::int32_t> group(order.begin() + static_cast<std::ptrdiff_t>(first), order.begin() + static_cast<std::ptrdiff_t>(end));
      group.resize(static_cast<std::size_t>(lanes_), -1);
      for (const std::int32_t r : group) {
        step.rows.push_back(r < 0 ? -1 : r * spec_.out_stride);
        step.bias.push_back(r < 0 ? 0.0f : spec_.bias[static_cast<std::size_t>(r)]);
      }
      if (lanes_ == kSeparate) add_separate(step, group);
      else add_shared(step, group);
    }
    step.job.in_order = order.size() == spec_.rows && spec_.out_stride == 1;
    return step;
  }

 private:
  static constexpr std::int32_t kSeparate = 8;

  const std::vector<std::int32_t>& row(std::int32_t r) const { return used_[static_cast<std::size_t>(r)]; }

  std::vector<std::int32_t> needed_rows() const {
    std::vector<std::int32_t> rows;
    for (std::size_t r = 0; r < spec_.rows; ++r)
      if (!spec_.skips_zero_rows || !used_[r].empty() || spec_.bias[r] > 0.0f || (spec_.bias[r] < 0.0f && !spec_.relu))
        rows.push_back(static_cast<std::int32_t>(r));
    return rows;
  }

  // Costs next to one entry of its own: about two for a shared one of sixteen lanes, five for one of many lanes.
  void choose_lanes(std::int32_t many) {
    std::size_t best = 0;
    for (const auto& columns : used_) best += columns.size();
    lanes_ = kSeparate;
    for (const auto& [lanes, cost] : {std::pair<std::int32_t, std::size_t>{kFewLanes, 2}, {many, 5}}) {
      const std::size_t here = shared_entries(static_cast<std::size_t>(lanes)) * cost;
      if (here < best) {
        best = here;
        lanes_ = lanes;
      }
    }
  }

  std::size_t shared_entries(std::size_t lanes) const {
    std::size_t entries = 0;
    const std::vector<std::int32_t> rows = needed_rows();
    for (std::size_t first = 0; first < rows.size(); first += lanes) entries += union_of(rows, first, std::min(rows.size(), first + lanes)).size();
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

  void count_macs(LinearStep& step, std::size_t length) const {
    step.lengths.push_back(static_cast<std::int32_t>(length));
    step.macs += static_cast<std::int64_t>(length) * lanes_ * spec_.in.views;
  }

  void add_shared(LinearStep& step, const std::vector<std::int32_t>& group) const {
    const std::vector<std::int32_t> columns = union_of(group, 0, group.size());
    count_macs(step, columns.size());
    for (const std::int32_t c : columns) {
      step.offsets.push_back(offset_of(static_cast<std::size_t>(c)));
      for (const std::int32_t r : group)
        step.weights.push_back(r < 0 ? 0.0f : spec_.weight[static_cast<std::size_t>(r) * columns_ + static_cast<std::size_t>(c)]);
    }
  }

  void add_separate(LinearStep& step, const std::vector<std::int32_t>& group) const {
    const std::size_t length = row(group[0]).size();
    count_macs(step, length);
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
                                     static_cast<std::int64_t>(inside / in.shape.width) * in.pitch + static_cast<std::int64_t>(inside % in.shape.width));
  }

  const LinearSpec& spec_;
  std::size_t columns_;
  std::int32_t lanes_ = kSeparate;
  std::vector<std::vector<std::int32_t>> used_;
};

}  // namespace

LinearStep linear_step(const LinearSpec& spec, const Kernels& kernels) { return LinearBuilder(spec, kernels).step(); }

void LinearStep::finish() {
  job.offsets = offsets.data();
  job.weights = weights.data();
  job.lengths = lengths.data();
  job.rows = rows.data();
  job.bias = bias.data();
  job.groups = static_cast<std::int32_t>(lengths.size());
}

}  // namespace c3po::inference
