// Writes packed files.
#include "_core/inference/format.hpp"

namespace c3po::inference {

Packed write_packed(Graph& graph) {
  infer_shapes(graph);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    for (std::size_t slot = 0; slot < graph.nodes[i].tensors.size(); ++slot) {
      const Tensor& t = graph.nodes[i].tensors[slot];
      bool fits = t.values.size() == t.size() && (t.coding == Coding::floats || t.codes.size() == t.size()) && (t.level.empty() || t.level.size() == t.size()) &&
                  (t.lower.empty() || t.lower.size() + 1 == graph.levels);
      for (const Tensor& lower : t.lower) fits &= lower.values.size() == t.size() && (lower.coding == Coding::floats || lower.codes.size() == t.size());
      if (graph.nodes[i].has[slot] && !fits)
        throw PackedError("node " + std::to_string(i) + " (" + op_name(graph.nodes[i].op) + "): expected tensor " + std::to_string(slot) +
                          " of " + std::to_string(t.rows) + " x " + std::to_string(t.columns) + ", got " + std::to_string(t.values.size()) + " values");
    }
  Encoder encoder;
  Format<Encoder> format(encoder, graph);
  format.code();
  const std::vector<std::uint8_t> stream = encoder.finish();
  Packed packed;
  packed.bytes = {kMagic[0], kMagic[1], kMagic[2], graph.levels > 1 ? kLevelsVersion : kPlainVersion};
  const std::uint32_t crc = crc32(stream.data(), stream.size());
  for (int i = 0; i < 4; ++i) packed.bytes.push_back(static_cast<std::uint8_t>(crc >> (8 * i)));
  packed.bytes.insert(packed.bytes.end(), stream.begin(), stream.end());
  for (std::size_t i = 0; i < kParts; ++i) packed.part_bytes[i] = format.part_bits[i] / 8;
  packed.part_bytes[0] += kPrefixBytes;
  return packed;
}

}  // namespace c3po::inference
