#include "_core/inference/plan.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "_core/inference/byte_choice.hpp"
#include "_core/inference/circulant.hpp"
#include "_core/inference/layers.hpp"
#include "_core/inference/recurrent.hpp"
#include "_core/inference/uses.hpp"

namespace c3po::inference {
namespace {

std::vector<float> vector_or_zeros(const Node& n, std::size_t slot, std::size_t rows) {
  return n.has[slot] ? n.tensors[slot].values : std::vector<float>(rows, 0.0f);
}

bool halves(const Node& pool) {
  const auto& s = pool.settings;
  return s[1] == 2 && s[2] == 2 && s[3] == 2 && s[4] == 2 && !s[5] && !s[6];
}

// One pass over the nodes. A value is held from the step that makes it to the last that reads it.
class Builder {
 public:
  Builder(const Graph& graph, Plan& plan, const Ranges& ranges)
      : graph_(graph), plan_(plan), uses_(graph), bytes_(graph, uses_, ranges), values_(graph.nodes.size()) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) values_[i].reads_left = uses_.of(i).size();
  }

  void build() {
    plan_.emits.resize(graph_.outputs.size());
    for (const std::size_t i : uses_.order())
      if (!values_[i].is_absorbed) add_node(i);
    place_bytes();
    plan_.arena_floats = places_.floats();
    plan_.input = graph_.nodes[0].shape;
    plan_.output = graph_.nodes[graph_.outputs.back()].shape;
    for (auto& conv : plan_.convs) conv.finish();
    for (auto& linear : plan_.linears) linear.finish();
    for (auto& recurrent : plan_.recurrents) {
      recurrent.input.finish();
      recurrent.state.finish();
      recurrent.byte_input.finish();
      recurrent.byte_state.finish();
    }
  }

 private:
  struct Value {
    bool is_absorbed = false;  // computed by the step of another node
    bool is_plain = false;     // `place` holds it
    Place place;
    std::size_t buffer = Places::kNone;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Places::Held> phases;
    std::size_t reads_left = 0;
    std::size_t alias_of = kNone;   // flattened in place
    std::size_t summand = kNone;    // a convolution whose sum this one adds to its own
    std::size_t bytes = kNone;      // the same in bytes, in the plan of those
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> byte_phases;
  };

  const Node& node(std::size_t i) const { return graph_.nodes[i]; }
  std::uint32_t views_of(std::size_t i) const { return std::max<std::uint32_t>(node(i).views, 1); }
  bool is_made(std::size_t i) const { return values_[i].is_plain || values_[i].bytes != kNone; }

  const Place& place_of(std::size_t i) {
    if (!values_[i].is_plain && values_[i].bytes != kNone) {
      hold_planes(i);
      plan_.int8.floats.push_back({values_[i].bytes, values_[i].place});
      step(Step::Kind::floats, plan_.int8.floats.size() - 1, i);
    }
    return values_[i].place;
  }

  void step(Step::Kind kind, std::size_t index, std::size_t i) {
    const bool is_answer = kind == Step::Kind::emit && index + 1 == graph_.outputs.size();
    plan_.steps.push_back({kind, index, i, !is_answer && (kind == Step::Kind::emit || !uses_.reaches_answer(i))});
  }

  std::size_t absorb(std::size_t i) {
    values_[i].is_absorbed = true;
    return i;
  }

  void add_node(std::size_t i) {
    std::size_t last = i;  // the node whose value the step leaves behind
    switch (node(i).op) {
      case Op::input: last = add_copy_in(); break;
      case Op::conv2d:
        if (waits_for_sum(i)) return;
        last = add_conv(i);
        break;
      case Op::linear: last = add_linear(i); break;
      case Op::gru:
      case Op::lstm: add_recurrent(i); break;
      case Op::flatten:
        if (uses_.only_linear(i)) alias(i, node(i).inputs[0]);
        else add_plain(i);
        break;
      default: add_plain(i);
    }
    for (std::size_t k = 0; k < graph_.outputs.size(); ++k)
      if (graph_.outputs[k] == last) {
        plan_.emits[k] = place_of(last);
        step(Step::Kind::emit, k, last);
      }
  }

  // ---- places

  void hold_planes(std::size_t i) {
    const Places::Held held = places_.planes(node(i).shape, views_of(i), uses_.halo(i, {}), {});
    hold(i, held.place, held.buffer);
  }

  void hold(std::size_t i, const Place& place, std::size_t buffer) {
    values_[i].place = place;
    values_[i].buffer = buffer;
    values_[i].is_plain = true;
  }

  // Values of one row and column lie one after another where no convolution reads them.
  void hold_small(std::size_t i) {
    const Halo halo = uses_.halo(i, {});
    if (node(i).shape.height * std::uint64_t{node(i).shape.width} == 1 && !halo.x && !halo.y) hold(i, places_.vector(node(i).shape, views_of(i)), Places::kNone);
    else hold_planes(i);
  }

  void alias(std::size_t i, std::size_t source) {
    while (values_[source].alias_of != kNone) source = values_[source].alias_of;
    hold(i, place_of(source), Places::kNone);
    values_[i].alias_of = source;
    values_[source].reads_left += values_[i].reads_left;
    was_read(source);
  }

  // A reader of the value is done; the last one frees its places.
  void was_read(std::size_t i) {
    while (values_[i].alias_of != kNone) i = values_[i].alias_of;
    Value& value = values_[i];
    if (--value.reads_left) return;
    places_.release(value.buffer);
    for (const auto& [form, held] : value.phases) places_.release(held.buffer);
    value.buffer = Places::kNone;
    value.phases.clear();
  }

  // The value of a node as a convolution of this stride reads it.
  Place phases(std::size_t i, Form form) {
    if (form.is_plain()) return place_of(i);
    const auto key = std::make_pair(form.sy, form.sx);
    const auto found = values_[i].phases.find(key);
    if (found != values_[i].phases.end()) return found->second.place;
    plan_.phases.push_back({place_of(i), hold_phases(i, form), form});
    step(Step::Kind::phase, plan_.phases.size() - 1, i);
    return plan_.phases.back().out;
  }

  Place hold_phases(std::size_t i, Form form) {
    const Places::Held held = places_.planes(node(i).shape, views_of(i), uses_.halo(i, form), form);
    values_[i].phases[{form.sy, form.sx}] = held;
    return held.place;
  }

  static Form stride_of(const Node& conv) { return {conv.settings[3], conv.settings[4]}; }

  // ---- values in bytes

  std::size_t new_bytes(std::size_t i) { return values_[i].bytes = plan_.int8.add_value(node(i).shape, views_of(i), bytes_.steps(i)); }

  std::size_t bytes_of(std::size_t i) {
    if (values_[i].bytes != kNone) return values_[i].bytes;
    const Place from = place_of(i);
    push_quantise({new_bytes(i), false, from}, i);
    return values_[i].bytes;
  }

  void push_quantise(const QuantiseStep& quantise, std::size_t i) {
    plan_.int8.quantises.push_back(quantise);
    step(Step::Kind::quantise, plan_.int8.quantises.size() - 1, i);
  }

  std::size_t byte_phases(std::size_t i, Form form) {
    const std::size_t from = bytes_of(i);
    if (form.is_plain()) return from;
    const auto [found, is_new] = values_[i].byte_phases.try_emplace({form.sy, form.sx}, kNone);
    if (is_new) {
      const Shape& s = node(i).shape;
      found->second = plan_.int8.add_value({s.channels * form.sy * form.sx, (s.height + form.sy - 1) / form.sy, (s.width + form.sx - 1) / form.sx}, views_of(i), {});
      plan_.int8.splits.push_back({from, found->second, static_cast<std::int32_t>(form.sy), static_cast<std::int32_t>(form.sx)});
      step(Step::Kind::byte_split, plan_.int8.splits.size() - 1, i);
    }
    return found->second;
  }

  ByteTerm byte_term(std::size_t i) {
    const std::size_t phases = byte_phases(node(i).inputs[0], stride_of(node(i)));
    return {&node(i), bytes_of(node(i).inputs[0]), phases};
  }

  // The convolution on bytes with all that it takes along; kNone where it must be one on floats.
  std::size_t add_byte_conv(std::size_t i) {
    const std::size_t summand = values_[i].summand, sum = uses_.only(i, Op::add);
    if (!bytes_.may_run(i) || (summand != kNone && !bytes_.may_run(summand))) return kNone;
    ByteSpec spec{{byte_term(i)}};
    std::size_t last = i, added = kNone;
    if (summand != kNone) {
      spec.terms.push_back(byte_term(summand));
      last = absorb(sum);
    } else if (sum != kNone && node(sum).inputs.size() == 2) {
      const std::size_t other = node(sum).inputs[0] == i ? node(sum).inputs[1] : node(sum).inputs[0];
      if (other != i && is_made(other) && bytes_.may_hold(other)) {
        added = other;
        spec.add = bytes_of(other);
        last = absorb(sum);
      }
    }
    if (const std::size_t relu = uses_.only(last, Op::relu); relu != kNone) {
      spec.relu = true;
      last = absorb(relu);
    }
    if (spec.relu && bytes_.only_bytes_read(last)) {
      spec.out = new_bytes(last);
    } else {
      hold_planes(last);
      spec.floats = place_of(last);
    }
    plan_.int8.convs.push_back(byte_conv_step(spec, plan_.int8));
    step(Step::Kind::byte_conv, plan_.int8.convs.size() - 1, i);
    was_read(node(i).inputs[0]);
    if (added != kNone) was_read(added);
    if (summand != kNone) was_read(node(summand).inputs[0]);
    return last;
  }

  void place_bytes() {
    Int8Plan& int8 = plan_.int8;
    if (int8.values.empty()) return;
    int8.finish();
    int8.origin = scratch(static_cast<std::size_t>((int8.bytes + int8.patch_bytes + int8.float_scratch) / 4));
  }

  // ---- steps

  std::size_t add_copy_in() {
    CopyInStep copy;
    std::size_t last = 0;
    copy.scale.assign(node(0).shape.channels, 1.0f);
    copy.offset.assign(node(0).shape.channels, 0.0f);
    for (bool scaled = false;;) {
      const std::size_t split = uses_.only(last, Op::view_split), affine = uses_.only(last, Op::affine);
      if (split != kNone) {
        last = absorb(split);
      } else if (affine != kNone && !scaled) {
        const Node& n = node(affine);
        for (std::size_t c = 0; c < copy.scale.size(); ++c) {
          copy.scale[c] = n.tensors[0].values[c % n.shape.channels];
          if (n.has[1]) copy.offset[c] = n.tensors[1].values[c % n.shape.channels];
        }
        last = absorb(affine);
        scaled = true;
      } else {
        break;
      }
    }
    if (bytes_.only_bytes_read(last)) {
      push_quantise({new_bytes(last), true, {}}, last);
      return last;
    }
    copy.split = wants_split(last);
    copy.height = node(0).shape.height;
    copy.width = node(0).shape.width;
    if (copy.split) {
      copy.out = hold_phases(last, {2, 2});
    } else {
      hold_planes(last);
      copy.out = place_of(last);
    }
    plan_.copies.push_back(std::move(copy));
    step(Step::Kind::copy_in, plan_.copies.size() - 1, last);
    return last;
  }

  // Of two convolutions that meet in a sum, the first leaves its weights to the second.
  bool waits_for_sum(std::size_t i) {
    const std::size_t sum = uses_.only(i, Op::add);
    if (sum == kNone || node(sum).inputs.size() != 2) return false;
    const std::size_t other = node(sum).inputs[0] == i ? node(sum).inputs[1] : node(sum).inputs[0];
    if (other == i || node(other).op != Op::conv2d || uses_.only(other, Op::add) != sum || is_made(other) ||
        values_[other].summand != kNone || values_[i].summand != kNone)
      return false;
    values_[other].summand = i;
    return true;
  }

  // Whether the four planes that a stride of two reads are all that is read.
  bool wants_split(std::size_t i) const { return uses_.only_strided(i) && !bytes_.some_read_bytes(i); }

  std::size_t add_conv(std::size_t i) {
    if (const std::size_t last = add_byte_conv(i); last != kNone) return last;
    ConvSpec spec{{{&node(i), phases(node(i).inputs[0], stride_of(node(i)))}}};
    std::size_t last = i, added = kNone;
    const std::size_t sum = uses_.only(i, Op::add);
    if (const std::size_t summand = values_[i].summand; summand != kNone) {
      const Place in = phases(node(summand).inputs[0], stride_of(node(summand)));
      if (in.view == spec.terms[0].in.view) {
        spec.terms.push_back({&node(summand), in});
        last = absorb(sum);
      } else {
        values_[i].summand = kNone;
        values_[summand].is_absorbed = true;  // of a sum that is made below, from its value
        add_alone(summand, in);
      }
    }
    if (last == i && sum != kNone && node(sum).inputs.size() == 2) {
      added = node(sum).inputs[0] == i ? node(sum).inputs[1] : node(sum).inputs[0];
      if (added != i && is_made(added)) last = absorb(sum);
      else added = kNone;
    }
    if (const std::size_t relu = uses_.only(last, Op::relu); relu != kNone) {
      spec.relu = true;
      last = absorb(relu);
    }
    const std::size_t pool = uses_.only(last, Op::max_pool);
    if (added == kNone && pool != kNone && halves(node(pool)) && views_of(i) == 1) {
      spec.pool = true;
      last = absorb(pool);
    }
    spec.skips_zero_rows = uses_.only_kernels(last);
    spec.split = !spec.pool && wants_split(last);
    if (added != kNone) spec.add = &place_of(added);
    spec.out = spec.split ? hold_phases(last, {2, 2}) : place_sum(last, added);
    push_conv(spec, i);
    was_read(node(i).inputs[0]);
    if (added != kNone) was_read(added);
    if (spec.terms.size() > 1) was_read(node(values_[i].summand).inputs[0]);
    return last;
  }

  // The residual's own buffer where nobody else reads it any more, else a new one.
  Place place_sum(std::size_t i, std::size_t added) {
    if (added != kNone) {
      Value& value = values_[added];
      if (value.alias_of == kNone && value.reads_left == 1 && value.buffer != Places::kNone && value.phases.empty() &&
          places_.fits(value.buffer, node(i).shape, views_of(i), uses_.halo(i, {}))) {
        hold(i, value.place, value.buffer);
        value.buffer = Places::kNone;
        return place_of(i);
      }
    }
    hold_planes(i);
    return place_of(i);
  }

  void add_alone(std::size_t i, const Place& in) {
    ConvSpec spec{{{&node(i), in}}};
    hold_planes(i);
    spec.out = place_of(i);
    push_conv(spec, i);
    was_read(node(i).inputs[0]);
  }

  void push_conv(const ConvSpec& spec, std::size_t i) {
    for (ConvStep& conv : conv_steps(spec, *plan_.kernels)) {
      plan_.convs.push_back(std::move(conv));
      step(Step::Kind::conv, plan_.convs.size() - 1, i);
    }
  }

  std::size_t add_linear(std::size_t i) {
    std::size_t last = i;
    const std::size_t relu = uses_.only(last, Op::relu);
    if (relu != kNone) last = absorb(relu);
    hold_small(last);
    if (pays_by_transform(node(i))) {
      plan_.circulants.push_back(circulant_step(node(i), place_of(node(i).inputs[0]), place_of(last), relu != kNone));
      step(Step::Kind::circulant, plan_.circulants.size() - 1, i);
      was_read(node(i).inputs[0]);
      return last;
    }
    const std::size_t rows = node(i).shape.channels;
    LinearSpec spec{dense_weight(node(i), 0, rows), vector_or_zeros(node(i), 1, rows), rows, place_of(node(i).inputs[0])};
    spec.out_stride = place_of(last).plane;
    spec.relu = relu != kNone;
    spec.skips_zero_rows = uses_.only_kernels(last);
    plan_.linears.push_back(linear_step(spec, *plan_.kernels));
    plan_.linears.back().out = place_of(last);
    step(Step::Kind::linear, plan_.linears.size() - 1, i);
    was_read(node(i).inputs[0]);
    return last;
  }

  std::int64_t scratch(std::size_t floats) { return places_.vector({static_cast<std::uint32_t>(floats), 1, 1}, 1).origin; }

  void add_recurrent(std::size_t i) {
    const Node& n = node(i);
    RecurrentStep step;
    step.is_lstm = n.op == Op::lstm;
    step.keeps_sequence = n.settings[1] != 0;
    step.units = static_cast<std::int32_t>(n.settings[0]);
    step.in = place_of(n.inputs[0]);
    step.steps = static_cast<std::int32_t>(step.in.shape.height);
    const std::size_t units = n.settings[0], rows = units * (step.is_lstm ? 4 : 3), padded = (rows + 63) / 64 * 64;
    step.input_step = static_cast<std::int32_t>(padded);
    step.input_part = scratch(padded * std::min<std::size_t>(step.in.shape.height, kStepsAtOnce));
    step.state_part = scratch(padded);
    step.hidden = scratch(units);
    step.cell = scratch(units);
    const std::size_t features = step.in.shape.width;
    step.macs = static_cast<std::int64_t>((features + units) * rows) * step.steps * step.in.views;
    const std::vector<float> input = dense_weight(n, 0, rows), state = dense_weight(n, 1, rows);
    const float range = bytes_.range_of_rows(n.inputs[0]);
    if (range > 0 && is_worth_bytes(input, state)) {
      step.is_on_bytes = true;
      step.bytes = scratch((std::max(features, units) + 3) / 4);
      step.byte_input = byte_matrix(input, vector_or_zeros(n, 2, rows), range, *plan_.int8.kernels);
      step.byte_state = byte_matrix(state, vector_or_zeros(n, 3, rows), 1.0f, *plan_.int8.kernels);
    } else {
      Place row_place, hidden_place;
      row_place.shape = {step.in.shape.width, 1, 1};
      hidden_place.shape = {n.settings[0], 1, 1};
      hidden_place.origin = step.hidden;
      LinearSpec input_spec{input, vector_or_zeros(n, 2, rows), rows, row_place};
      input_spec.zero = -1;  // before a row lies padding
      step.input = linear_step(input_spec, *plan_.kernels);
      step.state = linear_step({state, vector_or_zeros(n, 3, rows), rows, hidden_place}, *plan_.kernels);
      step.macs = (step.input.macs + step.state.macs) * step.steps * step.in.views;
    }
    hold_small(i);
    step.out = place_of(i);
    plan_.recurrents.push_back(std::move(step));
    this->step(Step::Kind::recurrent, plan_.recurrents.size() - 1, i);
    was_read(n.inputs[0]);
  }

  // Bytes cost the same however many weights are zero; floats cost nothing for those.
  static bool is_worth_bytes(const std::vector<float>& input, const std::vector<float>& state) {
    const auto nonzero = [](float w) { return w != 0.0f; };
    const auto count = std::count_if(input.begin(), input.end(), nonzero) + std::count_if(state.begin(), state.end(), nonzero);
    return static_cast<std::size_t>(count) * 3 > input.size() + state.size();
  }

  void add_plain(std::size_t i) {
    const Node& n = node(i);
    PlainStep plain;
    plain.op = n.op;
    plain.settings = n.settings;
    for (const auto input : n.inputs) plain.in.push_back(place_of(input));
    if (n.op == Op::affine) {
      plain.scale = n.tensors[0].values;
      plain.offset = vector_or_zeros(n, 1, plain.scale.size());
    }
    hold_small(i);
    plain.out = place_of(i);
    plan_.plains.push_back(std::move(plain));
    step(Step::Kind::plain, plan_.plains.size() - 1, i);
    for (const auto input : n.inputs) was_read(input);
  }

  const Graph& graph_;
  Plan& plan_;
  Uses uses_;
  ByteChoice bytes_;
  Places places_;
  std::vector<Value> values_;
};

}  // namespace

Plan::Plan(Graph graph, const Kernels& chosen, const Ranges& ranges) : kernels(&chosen) {
  merge_same_nodes(graph);
  drop_dead_weights(graph);
  int8.kernels = &int8_kernels(chosen.name);
  Builder(graph, *this, ranges).build();
}

}  // namespace c3po::inference
