#include "_core/solid/stl_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace c3po {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }

// Words of a text, with the number of the line each stands on. LF, CRLF and CR end a line.
struct Words {
  const char *at, *end, *first = nullptr, *last = nullptr;
  std::size_t line = 1;

  bool next() {
    while (at < end && is_space(*at)) step();
    first = at;
    while (at < end && !is_space(*at)) ++at;
    last = at;
    return first < last;
  }
  void skip_line() {
    while (at < end && *at != '\n' && *at != '\r') ++at;
  }
  bool is(const char* word) const {
    const char* c = first;
    for (; *word != 0 && c < last && lower(*c) == *word; ++c, ++word) {
    }
    return *word == 0 && c == last;
  }
  std::string found() const {  // for a message: short, printable
    std::string text(first, first + std::min<std::ptrdiff_t>(last - first, 24));
    for (char& c : text)
      if (c < 32 || c > 126) c = '?';
    return "'" + text + "'";
  }

 private:
  void step() {
    if (*at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'))) ++line;
    ++at;
  }
};

bool number(const Words& words, float& value) {
  const char* first = words.first;
  if (first < words.last && *first == '+') ++first;
  double wide = 0;
  const auto [stop, error] = std::from_chars(first, words.last, wide);
  if (stop != words.last || (error != std::errc() && error != std::errc::result_out_of_range)) return false;
  value = error == std::errc() ? float(wide) : 0;  // beyond a double: 1e-400 is 0, 1e400 is refused below
  return error == std::errc() || std::string(words.first, words.last).find("e-") != std::string::npos;
}

}  // namespace

std::vector<float> stl_text_triangles(const char* text, std::size_t length, std::string& problem) {
  std::vector<float> triangles, corners;
  Words words{text, text + length};
  const auto fail = [&](const std::string& what) {
    problem = std::to_string(words.line) + ": expected " + what;
    return std::vector<float>();
  };
  bool in_facet = false;
  while (words.next()) {
    if (words.is("vertex")) {
      float point[3];
      for (float& value : point) {
        if (!words.next()) return fail("three numbers after vertex, found the end");
        if (!number(words, value)) return fail("three numbers after vertex, found " + words.found());
      }
      corners.insert(corners.end(), point, point + 3);
    } else if (words.is("endfacet")) {
      if (corners.size() < 9) return fail("three corners in a facet, found " + std::to_string(corners.size() / 3));
      for (std::size_t i = 3; i + 3 < corners.size(); i += 3) {
        triangles.insert(triangles.end(), corners.begin(), corners.begin() + 3);
        triangles.insert(triangles.end(), corners.begin() + std::ptrdiff_t(i), corners.begin() + std::ptrdiff_t(i) + 6);
      }
      corners.clear();
      in_facet = false;
    } else if (words.is("facet")) {
      if (in_facet) return fail("endfacet, found facet");
      in_facet = true;
    } else if (words.is("solid") || words.is("endsolid")) {
      words.skip_line();  // the name may hold any word
    }
  }
  if (in_facet || !corners.empty()) return fail("endfacet, found the end");
  return triangles;
}

}  // namespace c3po
