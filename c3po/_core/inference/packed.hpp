// The packed network file: see docs/formats/packed.md for every byte.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "_core/inference/graph.hpp"

namespace c3po::inference {

enum class Part { header, metadata, support, values, biases };
constexpr std::size_t kParts = 5;

struct Packed {
  std::vector<std::uint8_t> bytes;
  std::array<double, kParts> part_bytes{};  // information by part; sums to the file size but for rounding
};

constexpr std::size_t kPrefixBytes = 8;      // magic, version and flags, CRC
constexpr std::size_t kSignatureBytes = 96;  // public key, signature

// Whole file, without signature. Shapes are inferred; throws PackedError for a graph the format cannot hold.
Packed write_packed(Graph& graph);

// Parses and checks a whole file; throws PackedError for anything else than one that write_packed could have made.
// `check_sum` off lets a fuzzer reach what lies behind the CRC.
Graph read_packed(const std::uint8_t* bytes, std::size_t size, bool check_sum = true);

}  // namespace c3po::inference
