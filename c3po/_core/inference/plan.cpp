#include "_core/inference/plan.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "_core/inference/layers.hpp"

namespace c3po::inference {
namespace {

constexpr std::int64_t kMaxArena = std::int64_t{1} << 26, kGuard = 64;
constexpr std::size_t kOutput = ~std::size_t{0};  // as a user of a node

std::int64_t rounded_up(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

class Builder {
 public:
  Builder(Graph& graph, Plan& plan)
      : graph_(graph), plan_(plan), users_(graph.nodes.size()), stage_(graph.nodes.size()), absorbed_(graph.nodes.size()),
        placed_(graph.nodes.size()), places_(graph.nodes.size()) {}

  void build() {
    plan_.arena_floats = kGuard;
    find_users();
    for (int stage = 0; stage < 3; ++stage)
      for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
        if (stage_[i] == stage && !absorbed_[i]) add_node(i);
    plan_.arena_floats += kGuard * 8;
    plan_.input = graph_.nodes[0].shape;
    plan_.output = graph_.nodes[graph_.outputs.back()].shape;
    for (auto& conv : plan_.convs) conv.finish();
    for (auto& linear : plan_.linears) linear.finish();
    for (auto& recurrent : plan_.recurrents) {
      recurrent.input.finish();
      recurrent.state.finish();
    }
  }

 private:
  const Node& node(std::size_t i) const { return graph_.nodes[i]; }

  // Stages: before the loop over views, in it (view_pool too: its result is complete after it), and after.
  void find_users() {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      for (const auto input : node(i).inputs) {
        users_[input].push_back(i);
        stage_[i] = std::max(stage_[i], node(input).op == Op::view_pool ? 2 : stage_[input]);
      }
      if (node(i).op == Op::view_split) stage_[i] = 1;
    }
    for (const auto output : graph_.outputs) users_[output].push_back(kOutput);
  }

  // The only reader of a node if that is the given operation.
  bool only_user(std::size_t i, Op op, std::size_t& user) const {
    if (users_[i].size() != 1 || users_[i][0] == kOutput || node(users_[i][0]).op != op || absorbed_[users_[i][0]]) return false;
    user = users_[i][0];
    return true;
  }

  std::uint32_t loop_of(std::size_t i) const {
    if (node(i).op == Op::view_pool) return node(node(i).inputs[0]).views;
    return node(i).views;
  }

  void step(Step::Kind kind, std::size_t index, std::size_t i) { plan_.steps.push_back({kind, index, i, loop_of(i)}); }

  void add_node(std::size_t i) {
    std::size_t last = i;  // the node whose value the step leaves behind
    switch (node(i).op) {
      case Op::input: last = add_copy_in(); break;
      case Op::conv2d: last = add_conv(i); break;
      case Op::linear: last = add_linear(i); break;
      case Op::gru:
      case Op::lstm: add_recurrent(i); break;
      case Op::flatten:
        if (reads_flat(i)) {
          places_[i] = places_[node(i).inputs[0]];
          placed_[i] = 1;
          break;
        }
        add_plain(i);
        break;
      default: add_plain(i);
    }
    for (std::size_t k = 0; k < graph_.outputs.size(); ++k)
      if (graph_.outputs[k] == last) {
        plan_.emits.push_back(places_[last]);
        step(Step::Kind::emit, plan_.emits.size() - 1, last);
      }
  }

  static bool halves(const Node& pool) {
    const auto& s = pool.settings;
    return s[1] == 2 && s[2] == 2 && s[3] == 2 && s[4] == 2 && !s[5] && !s[6];
  }

  bool reads_flat(std::size_t i) const {
    return std::all_of(users_[i].begin(), users_[i].end(), [&](std::size_t u) { return u != kOutput && node(u).op == Op::linear; });
  }

  // ---- places

  struct Halo {
    std::int64_t y = 0, x = 0;
  };

  // Zeros that the convolutions of this stride need around the (phase) planes of a node's value.
  Halo halo(std::size_t i, std::uint32_t sy, std::uint32_t sx) const {
    Halo halo;
    for (const std::size_t u : users_[i]) {
      if (u == kOutput || node(u).op != Op::conv2d || node(u).settings[3] != sy || node(u).settings[4] != sx) continue;
      const auto& s = node(u).settings;
      const Shape &in = node(i).shape, &out = node(u).shape;
      halo.y = std::max(halo.y, halo_side(in.height, out.height, s[1], sy, s[5]));
      halo.x = std::max(halo.x, halo_side(in.width, out.width, s[2], sx, s[6]));
    }
    return halo;
  }

  static std::int64_t halo_side(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride, std::int64_t padding) {
    const std::int64_t before = (padding + stride - 1) / stride;
    const std::int64_t after = out - 1 + (kernel - 1 - padding >= 0 ? (kernel - 1 - padding) / stride : 0) - ((in + stride - 1) / stride - 1);
    return std::max<std::int64_t>({before, after, 0});
  }

  Place allocate(const Shape& shape, Halo halo, bool as_vector) {
    Place place;
    place.shape = shape;
    std::int64_t floats;
    if (as_vector && shape.height * std::uint64_t{shape.width} == 1) {
      place.origin = plan_.arena_floats;
      floats = shape.channels;
    } else {
      const std::int64_t row = rounded_up(std::max<std::int64_t>(shape.width + halo.x, rounded_up(shape.width, 16)), 16);
      const std::int64_t plane = (shape.height + 2 * halo.y) * row;
      if (row > kMaxArena || plane > kMaxArena) throw_arena();
      floats = plane * shape.channels;
      place.row = static_cast<std::int32_t>(row);
      place.plane = static_cast<std::int32_t>(plane);
      place.origin = plan_.arena_floats + halo.y * row;
    }
    if (floats > kMaxArena || plan_.arena_floats + floats > kMaxArena) throw_arena();
    plan_.arena_floats = rounded_up(plan_.arena_floats + floats, 16) + kGuard;
    return place;
  }

  [[noreturn]] static void throw_arena() { throw PackedError("expected at most 256 MiB of values between layers"); }

  void place(std::size_t i, bool as_vector) {
    const Halo around = halo(i, 1, 1);
    places_[i] = allocate(node(i).shape, around, as_vector && around.x == 0 && around.y == 0);
    placed_[i] = 1;
  }

  // The value of a node as a convolution of this stride reads it.
  Place phases(std::size_t i, std::uint32_t sy, std::uint32_t sx) {
    if (sy == 1 && sx == 1) return places_[i];
    const auto key = std::make_tuple(i, sy, sx);
    const auto found = phases_.find(key);
    if (found != phases_.end()) return found->second;
    const Shape& s = node(i).shape;
    const std::uint64_t channels = std::uint64_t{s.channels} * sy * sx;
    if (channels > static_cast<std::uint64_t>(kMaxArena)) throw_arena();
    PhaseStep phase;
    phase.in = places_[i];
    phase.sy = static_cast<std::int32_t>(sy);
    phase.sx = static_cast<std::int32_t>(sx);
    phase.out = allocate({static_cast<std::uint32_t>(channels), (s.height + sy - 1) / sy, (s.width + sx - 1) / sx}, halo(i, sy, sx), false);
    plan_.phases.push_back(phase);
    step(Step::Kind::phase, plan_.phases.size() - 1, i);
    return phases_[key] = phase.out;
  }

  // ---- steps

  std::size_t add_copy_in() {
    CopyInStep copy;
    std::size_t last = 0, user = 0;
    copy.scale.assign(node(0).shape.channels, 1.0f);
    copy.offset.assign(node(0).shape.channels, 0.0f);
    bool scaled = false;
    for (;;) {
      if (only_user(last, Op::view_split, user)) {
        last = user;
      } else if (!scaled && only_user(last, Op::affine, user)) {
        const Node& n = node(user);
        for (std::size_t c = 0; c < copy.scale.size(); ++c) {
          copy.scale[c] = n.tensors[0].values[c % n.shape.channels];
          if (n.has[1]) copy.offset[c] = n.tensors[1].values[c % n.shape.channels];
        }
        last = user;
        scaled = true;
      } else {
        break;
      }
      absorbed_[last] = 1;
    }
    copy.channels_per_view = static_cast<std::int32_t>(node(last).shape.channels);
    place(last, false);
    copy.out = places_[last];
    plan_.copies.push_back(std::move(copy));
    step(Step::Kind::copy_in, plan_.copies.size() - 1, last);
    return last;
  }

  std::size_t add_conv(std::size_t i) {
    ConvSpec spec{node(i)};
    std::size_t last = i, user = 0;
    if (only_user(last, Op::add, user) && node(user).inputs.size() == 2) {
      const std::size_t other = node(user).inputs[0] == last ? node(user).inputs[1] : node(user).inputs[0];
      if (other != last && placed_[other]) {
        spec.add = &places_[other];
        absorbed_[last = user] = 1;
      }
    }
    if (only_user(last, Op::relu, user)) {
      spec.relu = true;
      absorbed_[last = user] = 1;
    }
    if (!spec.add && only_user(last, Op::max_pool, user) && halves(node(user))) {
      spec.pool = true;
      absorbed_[last = user] = 1;
    }
    spec.in = phases(node(i).inputs[0], node(i).settings[3], node(i).settings[4]);
    place(last, false);
    spec.out = places_[last];
    for (ConvStep& conv : conv_steps(spec, *plan_.kernels)) {
      plan_.convs.push_back(std::move(conv));
      step(Step::Kind::conv, plan_.convs.size() - 1, i);
    }
    return last;
  }

  std::size_t add_linear(std::size_t i) {
    std::size_t last = i, user = 0;
    const bool relu = only_user(last, Op::relu, user);
    if (relu) absorbed_[last = user] = 1;
    place(last, true);
    const std::size_t rows = node(i).shape.channels;
    plan_.linears.push_back(linear_step({dense_weight(node(i), 0, rows), vector_or_zeros(node(i), 1, rows), rows, places_[node(i).inputs[0]], places_[last].plane, 0, relu}));
    plan_.linears.back().out = places_[last];
    step(Step::Kind::linear, plan_.linears.size() - 1, i);
    return last;
  }

  static std::vector<float> vector_or_zeros(const Node& n, std::size_t slot, std::size_t rows) {
    return n.has[slot] ? n.tensors[slot].values : std::vector<float>(rows, 0.0f);
  }

  std::int64_t scratch(std::size_t floats) {
    return allocate({static_cast<std::uint32_t>(floats), 1, 1}, {}, true).origin;
  }

  void add_recurrent(std::size_t i) {
    const Node& n = node(i);
    RecurrentStep step;
    step.is_lstm = n.op == Op::lstm;
    step.keeps_sequence = n.settings[1] != 0;
    step.units = static_cast<std::int32_t>(n.settings[0]);
    step.in = places_[n.inputs[0]];
    step.steps = static_cast<std::int32_t>(step.in.shape.height);
    const std::size_t units = n.settings[0], rows = units * (step.is_lstm ? 4 : 3);
    step.input_part = scratch(rows);
    step.state_part = scratch(rows);
    step.hidden = scratch(units);
    step.cell = scratch(units);
    Place row_place{0, 1, 1, {step.in.shape.width, 1, 1}}, hidden_place{step.hidden, 1, 1, {n.settings[0], 1, 1}};
    const auto zero = static_cast<std::int32_t>(-1);  // before a row lies padding
    step.input = linear_step({dense_weight(n, 0, rows), vector_or_zeros(n, 2, rows), rows, row_place, 1, zero, false});
    step.state = linear_step({dense_weight(n, 1, rows), vector_or_zeros(n, 3, rows), rows, hidden_place, 1, 0, false});
    place(i, true);
    step.out = places_[i];
    plan_.recurrents.push_back(std::move(step));
    this->step(Step::Kind::recurrent, plan_.recurrents.size() - 1, i);
  }

  void add_plain(std::size_t i) {
    const Node& n = node(i);
    PlainStep plain;
    plain.op = n.op;
    plain.settings = n.settings;
    plain.views = loop_of(i);
    for (const auto input : n.inputs) plain.in.push_back(places_[input]);
    if (n.op == Op::affine) {
      plain.scale = n.tensors[0].values;
      plain.offset = n.has[1] ? n.tensors[1].values : std::vector<float>(plain.scale.size(), 0.0f);
    }
    place(i, true);
    plain.out = places_[i];
    plan_.plains.push_back(std::move(plain));
    step(Step::Kind::plain, plan_.plains.size() - 1, i);
  }

  Graph& graph_;
  Plan& plan_;
  std::vector<std::vector<std::size_t>> users_;
  std::vector<int> stage_;
  std::vector<std::uint8_t> absorbed_, placed_;
  std::vector<Place> places_;
  std::map<std::tuple<std::size_t, std::uint32_t, std::uint32_t>, Place> phases_;
};

}  // namespace

Plan::Plan(Graph graph, const Kernels& chosen) : kernels(&chosen) {
  drop_dead_weights(graph);
  Builder(graph, *this).build();
}

}  // namespace c3po::inference
