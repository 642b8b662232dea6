// The two packings inside binary G-code (.bgcode) that zlib does not know.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace c3po::gcode {

// Heatshrink (LZSS over bits): literals and references into the last 2^window_bits bytes. False when the data ends, or
// would go on, before or behind exactly n_expected bytes.
bool unpack_heatshrink(const std::uint8_t* data, std::size_t n, int window_bits, int lookahead_bits,
                       std::size_t n_expected, std::string& text);

// MeatPack: the fifteen commonest characters in four bits each. The text may lack its blanks.
void unpack_meatpack(const std::uint8_t* data, std::size_t n, std::string& text);

}  // namespace c3po::gcode
