// Triangles of a text STL.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace c3po {

// Corners, nine floats a triangle. A facet with more than three corners is fanned. On bad text nothing is returned and
// problem says "LINE: expected ..., found ..."; it is empty otherwise.
std::vector<float> stl_text_triangles(const char* text, std::size_t length, std::string& problem);

}  // namespace c3po
