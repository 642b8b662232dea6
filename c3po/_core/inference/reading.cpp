// Reads packed files: hostile bytes end in PackedError, before memory is taken for what they claim.
#include <cstring>

#include "_core/inference/format.hpp"

namespace c3po::inference {

Graph read_packed(const std::uint8_t* bytes, std::size_t size, bool check_sum) {
  if (size < kPrefixBytes || std::memcmp(bytes, kMagic, 3) != 0)
    throw PackedError("expected a packed network that starts with 'C3P'; is this the right file?");
  const std::uint8_t version = bytes[3] & ~kSignedFlag;
  if (version != kPlainVersion && version != kLevelsVersion)
    throw PackedError("expected format version 1 or 2, got " + std::to_string(version) + "; a newer c3po may read it");
  const std::size_t tail = bytes[3] & kSignedFlag ? kSignatureBytes : 0;
  if (size < kPrefixBytes + tail) throw PackedError("expected a signature of 96 bytes, the file is cut short; fetch it again");
  const std::uint8_t* stream = bytes + kPrefixBytes;
  const std::size_t stream_size = size - kPrefixBytes - tail;
  std::uint32_t crc = 0;
  for (int i = 0; i < 4; ++i) crc |= std::uint32_t{bytes[4 + i]} << (8 * i);
  if (check_sum && crc != crc32(stream, stream_size))
    throw PackedError("expected a matching check sum, the file is damaged; fetch it again");
  Decoder decoder(stream, stream_size);
  Graph graph;
  graph.levels = version == kLevelsVersion ? 2 : 1;  // the stream tells how many
  Format<Decoder>(decoder, graph).code();
  decoder.finish();
  return graph;
}

}  // namespace c3po::inference
