// The packed file as a template: with an Encoder the fields of a graph are coded, with a Decoder they are filled in, so
// that reader (reading.cpp, for speed) and writer (writing.cpp, for size) cannot drift apart.
#pragma once
#include "_core/inference/coder.hpp"
#include "_core/inference/contexts.hpp"
#include "_core/inference/packed.hpp"
#include "_core/inference/support.hpp"

namespace c3po::inference {

constexpr std::uint8_t kMagic[3] = {'C', '3', 'P'};
constexpr std::uint8_t kPlainVersion = 1, kLevelsVersion = 2, kSignedFlag = 0x80;

template <class Coder>
class Format {
 public:
  Format(Coder& coder, Graph& graph) : coder_(coder), graph_(graph) {}

  void code() {
    code_graph();
    infer_shapes(graph_);
    live_.resize(graph_.nodes.size());
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      for (std::size_t slot = 0; slot < graph_.nodes[i].tensors.size(); ++slot)
        if (graph_.nodes[i].has[slot]) code_tensor(i, slot);
      live_[i] = live_channels(graph_.nodes[i]);
    }
    account(Part::values);
    Text().code(coder_, graph_.metadata, kMaxMetadata);
    account(Part::metadata);
  }

  std::array<double, kParts> part_bits{};

 private:
  void account(Part part) {
    part_bits[static_cast<std::size_t>(part)] += coder_.cost_bits - accounted_;
    accounted_ = coder_.cost_bits;
  }

  // A number that most often repeats `usual`.
  void code_usual(Bit& same, Number& number, std::uint32_t usual, std::uint32_t& value) {
    bool is_usual = value == usual;
    code_flag(coder_, same, is_usual);
    if (is_usual) value = usual;
    else number.code(coder_, value);
  }

  void code_graph() {
    auto nodes = static_cast<std::uint32_t>(graph_.nodes.size());
    Number().code(coder_, nodes);
    if (nodes > kMaxNodes) throw PackedError("expected at most " + std::to_string(kMaxNodes) + " nodes, got " + std::to_string(nodes));
    if (Coder::kReads) graph_.nodes.resize(nodes);
    for (std::uint32_t i = 0; i < nodes; ++i) code_node(i);
    code_outputs();
    if (graph_.levels > 1) {
      levels_.code(coder_, graph_.levels);
      if (graph_.levels < 2 || graph_.levels > kMaxLevels)
        throw PackedError("expected 2 to " + std::to_string(kMaxLevels) + " levels, got " + std::to_string(graph_.levels));
    }
    account(Part::header);
  }

  void code_node(std::uint32_t index) {
    Node& node = graph_.nodes[index];
    auto op = static_cast<std::uint32_t>(node.op);
    if (index == 0) op = 0;
    else op_.code(coder_, op);
    if (op >= kOps) throw PackedError("node " + std::to_string(index) + ": expected a known operation, got number " + std::to_string(op));
    node.op = static_cast<Op>(op);
    if (index) code_inputs(index, node);
    code_settings(node);
  }

  void code_inputs(std::uint32_t index, Node& node) {
    auto count = static_cast<std::uint32_t>(node.inputs.size());
    if (node.op == Op::add || node.op == Op::concat) code_usual(two_, count_, 2, count);
    else count = 1;
    if (count == 0 || count > 64) throw PackedError("expected 1 to 64 inputs, got " + std::to_string(count));
    node.inputs.resize(count);
    for (auto& input : node.inputs) {
      std::uint32_t back = Coder::kReads ? 0 : index - 1 - input;
      code_usual(previous_, back_, 0, back);
      if (back >= index) throw PackedError("node " + std::to_string(index) + ": expected inputs that come earlier");
      input = index - 1 - back;
    }
  }

  void code_settings(Node& node) {
    auto& s = node.settings;
    switch (node.op) {
      case Op::input:
        for (int i = 0; i < 3; ++i) setting(0, s[i]);
        break;
      case Op::conv2d:
        setting(1, s[0]);
        code_window(s);
        code_usual(plain_, block_, 0, s[7]);
        break;
      case Op::linear:
        setting(1, s[0]);
        code_usual(plain_, block_, 0, s[7]);
        break;
      case Op::max_pool:
      case Op::avg_pool:
        code_window(s);
        code_usual(plain_, block_, 0, s[7]);
        break;
      case Op::view_split:
      case Op::view_pool: setting(2, s[0]); break;
      case Op::gru:
      case Op::lstm:
        setting(1, s[0]);
        setting(2, s[1]);
        code_usual(plain_, block_, 0, s[7]);
        break;
      default: break;
    }
    const int slots = node.op == Op::conv2d || node.op == Op::linear ? 3
                      : node.op == Op::affine                        ? 2
                      : node.op == Op::gru || node.op == Op::lstm    ? 4
                                                                     : 0;
    for (int slot = 0; slot < slots; ++slot) {
      if (slot == 0) node.has[0] = true;
      else code_flag(coder_, has_[slot], node.has[slot]);
    }
  }

  void setting(int kind, std::uint32_t& value) { setting_[kind].code(coder_, value); }

  void code_window(std::array<std::uint32_t, 8>& s) {  // kh, kw, sh, sw, ph, pw at 1..6
    bool square = s[1] == s[2] && s[3] == s[4] && s[5] == s[6];
    code_flag(coder_, square_, square);
    for (int i = 1; i < 7; i += 2) {
      window_[i].code(coder_, s[i]);
      if (square) s[i + 1] = s[i];
      else window_[i].code(coder_, s[i + 1]);
    }
  }

  void code_outputs() {
    auto count = static_cast<std::uint32_t>(graph_.outputs.size());
    code_usual(one_output_, count_, 1, count);
    if (count == 0 || count > 64) throw PackedError("expected 1 to 64 outputs, got " + std::to_string(count));
    graph_.outputs.resize(count);
    for (auto& output : graph_.outputs) {
      const auto last = static_cast<std::uint32_t>(graph_.nodes.size()) - 1;
      if (!Coder::kReads && output > last) throw PackedError("expected outputs among the nodes");
      std::uint32_t back = last - output;
      code_usual(last_is_output_, back_, 0, back);
      if (back > last) throw PackedError("expected outputs among the nodes");
      output = last - back;
    }
  }

  void code_tensor(std::size_t index, std::size_t slot) {
    Node& node = graph_.nodes[index];
    code_values(index, slot, node.tensors[slot]);
    if (graph_.levels == 1) return;
    const bool is_vector = slot >= (node.op == Op::gru || node.op == Op::lstm ? 2u : 1u) || node.op == Op::affine;
    if (is_vector) code_lower(index, slot, node.tensors[slot]);
    else code_entry_levels(node.tensors[slot]);
  }

  // Level of each entry that is not zero.
  void code_entry_levels(Tensor& t) {
    if (Coder::kReads || t.level.empty()) t.level.assign(t.size(), 0);
    Symbol symbol(3);
    for (std::size_t i = 0; i < t.size(); ++i) {
      if (t.values[i] == 0.0f) continue;
      std::uint32_t level = t.level[i];
      symbol.code(coder_, level, 250);
      if (level >= graph_.levels) throw PackedError("expected levels below " + std::to_string(graph_.levels) + ", got " + std::to_string(level));
      t.level[i] = static_cast<std::uint8_t>(level);
    }
    account(Part::support);
  }

  // One more vector for each level below the last, unless all share one.
  void code_lower(std::size_t index, std::size_t slot, Tensor& t) {
    bool differs = !t.lower.empty();
    code_flag(coder_, differs_, differs);
    if (!differs) return;
    lower_ += std::uint64_t{t.size()} * (graph_.levels - 1);
    if (lower_ > kMaxWeights) throw PackedError("expected at most " + std::to_string(kMaxWeights) + " biases and scales in all");
    t.lower.resize(graph_.levels - 1);
    for (Tensor& lower : t.lower) {
      lower.rows = t.rows;
      lower.columns = t.columns;
      code_values(index, slot, lower);
    }
  }

  void code_values(std::size_t index, std::size_t slot, Tensor& t) {
    Node& node = graph_.nodes[index];
    if (Coder::kReads) t.values.assign(t.size(), 0.0f);
    account(Part::values);
    const bool is_first = slot == 0 && (node.op == Op::conv2d || node.op == Op::linear);
    const std::vector<std::uint8_t> support = Support<Coder>(coder_, t, is_first ? live_[node.inputs[0]] : slot ? live_rows(node) : std::vector<std::uint8_t>{}).code();
    const bool is_weight = t.columns > 1 || slot == 0;
    account(is_weight ? Part::support : Part::biases);
    code_header(t);
    if (t.coding == Coding::floats) code_floats(t, support);
    else if (t.coding == Coding::book) code_book(t, support);
    else code_levels(t, support);
    account(is_weight ? Part::values : Part::biases);
  }

  // Which channels of a node's output carry anything, as far as the supports tell; empty when they do not.
  std::vector<std::uint8_t> live_channels(const Node& node) const {
    switch (node.op) {
      case Op::conv2d:
      case Op::linear: return node.settings[7] > 1 ? std::vector<std::uint8_t>{} : live_rows(node);
      case Op::relu:
      case Op::max_pool:
      case Op::avg_pool:
      case Op::flatten:
      case Op::global_avg_pool:
      case Op::global_max_pool:
      case Op::affine: return live_[node.inputs[0]];
      default: return {};
    }
  }

  static std::vector<std::uint8_t> live_rows(const Node& node) {
    const Tensor& t = node.tensors[0];
    std::vector<std::uint8_t> live(t.rows);
    for (std::size_t i = 0; i < t.values.size(); ++i)
      if (t.values[i] != 0.0f) live[i / t.columns] = 1;
    return live;
  }

  void code_header(Tensor& t) {
    auto coding = static_cast<std::uint32_t>(t.coding);
    coding_.code(coder_, coding);
    if (coding > 2) throw PackedError("expected a known coding of values, got number " + std::to_string(coding));
    t.coding = static_cast<Coding>(coding);
    mantissa_.code(coder_, t.mantissa_bits);
    if (t.mantissa_bits > 23) throw PackedError("expected at most 23 mantissa bits, got " + std::to_string(t.mantissa_bits));
  }

  void code_floats(Tensor& t, const std::vector<std::uint8_t>& support) {
    Float model;
    for (std::size_t i = 0; i < support.size(); ++i)
      if (support[i]) model.code(coder_, t.mantissa_bits, t.values[i]);
  }

  void code_book(Tensor& t, const std::vector<std::uint8_t>& support) {
    auto entries = static_cast<std::uint32_t>(t.book.size());
    entries_.code(coder_, entries);
    if (entries == 0 || entries > 4096) throw PackedError("expected 1 to 4096 book entries, got " + std::to_string(entries));
    t.book.resize(entries);
    Float model;
    for (float& entry : t.book) model.code(coder_, t.mantissa_bits, entry);
    int bits = 0;
    while (1u << bits < entries) ++bits;
    Symbol symbol(bits);
    for (std::size_t i = 0; i < support.size(); ++i) {
      if (!support[i]) continue;
      std::uint32_t code = Coder::kReads ? 0 : static_cast<std::uint32_t>(t.codes[i]);
      symbol.code(coder_, code, 250);
      if (code >= entries) throw PackedError("expected a book index below " + std::to_string(entries) + ", got " + std::to_string(code));
      t.values[i] = t.book[code];
    }
  }

  void code_levels(Tensor& t, const std::vector<std::uint8_t>& support) {
    t.book.resize(1);
    Float().code(coder_, t.mantissa_bits, t.book[0]);
    Bit sign;
    Number magnitude;
    for (std::size_t i = 0; i < support.size(); ++i) {
      if (!support[i]) continue;
      const std::int32_t level = Coder::kReads ? 0 : t.codes[i];
      std::uint32_t negative = level < 0, size = static_cast<std::uint32_t>(level < 0 ? -level : level) - 1;
      code_bit(coder_, sign, negative, 250);
      magnitude.code(coder_, size);
      const float value = static_cast<float>(size + 1) * t.book[0];
      t.values[i] = negative ? -value : value;
    }
  }

  Coder& coder_;
  Graph& graph_;
  double accounted_ = 0;
  std::vector<std::vector<std::uint8_t>> live_;  // by node
  Symbol op_{5}, coding_{2};
  Number count_, back_, block_, mantissa_, entries_, levels_, setting_[3], window_[7];
  std::uint64_t lower_ = 0;
  Bit differs_, two_, previous_, plain_, square_, one_output_, last_is_output_, has_[5];
};

// Of each byte, what eight steps of the CRC make of it.
constexpr std::array<std::uint32_t, 256> kCrcOfByte = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int k = 0; k < 8; ++k) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    table[byte] = crc;
  }
  return table;
}();

inline std::uint32_t crc32(const std::uint8_t* bytes, std::size_t size) {
  std::uint32_t crc = 0xFFFFFFFFu;
  for (std::size_t i = 0; i < size; ++i) crc = crc >> 8 ^ kCrcOfByte[(crc ^ bytes[i]) & 0xFF];
  return ~crc;
}

}  // namespace c3po::inference
