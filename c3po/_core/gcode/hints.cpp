#include "_core/gcode/hints.hpp"

#include "_core/gcode/text.hpp"

namespace c3po::gcode {
namespace {

constexpr float kWidestMm = 2.5F, kHighestMm = 2.0F;  // a wider or higher bead is a lie or an accident

bool contains(const char* p, const char* end, const char* word) {
  for (; p < end; ++p) {
    if (begins_with(p, word)) return true;
  }
  return false;
}

Feature feature_named(const char* p, const char* end) {
  if (contains(p, end, "skirt") || contains(p, end, "brim")) return Feature::skirt;
  if (contains(p, end, "support") || contains(p, end, "raft")) return Feature::support;
  if (contains(p, end, "tower") || contains(p, end, "prime") || contains(p, end, "purge") || contains(p, end, "wipe"))
    return Feature::tower;
  if (contains(p, end, "custom")) return Feature::custom;
  return Feature::part;
}

float bounded_number(const char* p, float most) {
  double value = 0.0;
  p = skip_blanks(p);
  if (parse_number(p, value) == p || value < 0.005 || value > most) return 0.0F;
  return static_cast<float>(value);
}

// Text behind the key when the comment begins with it, else nullptr.
const char* behind(const char* p, const char* key) {
  if (!begins_with(p, key)) return nullptr;
  while (*key) ++p, ++key;
  return p;
}

}  // namespace

void Hints::begin_object(const char* p, const char* end) {
  p = skip_blanks(p);
  while (end > p && is_blank(end[-1])) --end;
  std::uint32_t hash = 2166136261U;  // FNV-1a; a label, so rare clashes are harmless
  for (const char* c = p; c < end; ++c) hash = (hash ^ static_cast<unsigned char>(*c)) * 16777619U;
  object = p == end ? 0 : static_cast<std::uint16_t>(1 + (hash ^ (hash >> 16)) % 65535U);
}

void Hints::read_comment(const char* p, const char* end) {
  p = skip_blanks(p);
  if (end - p > 200) return;  // pictures and settings
  const char* rest;
  switch (*p | 0x20) {
    case 'w':
      if ((rest = behind(p, "width:"))) width_mm = bounded_number(rest, kWidestMm);
      break;
    case 'h':
      if ((rest = behind(p, "height:"))) height_mm = bounded_number(rest, kHighestMm);
      break;
    case 'l':
      if ((rest = behind(p, "line_width:"))) width_mm = bounded_number(rest, kWidestMm);
      if ((rest = behind(p, "layer_height:"))) height_mm = bounded_number(rest, kHighestMm);
      break;
    case 't':
      if ((rest = behind(p, "type:"))) feature = feature_named(rest, end);
      break;
    case 'f':
      if ((rest = behind(p, "feature:")) || (rest = behind(p, "feature "))) feature = feature_named(rest, end);
      break;
    case 'm':
      if ((rest = behind(p, "mesh:"))) begins_with(rest, "nonmesh") ? end_object() : begin_object(rest, end);
      break;
    case 'p':
      if ((rest = behind(p, "printing object "))) begin_object(rest, end);
      if ((rest = behind(p, "printing:"))) begin_object(rest, end);
      break;
    case 's':
      if ((rest = behind(p, "start printing object"))) begin_object(rest, end);
      if (behind(p, "stop printing object")) end_object();
      break;
    case 'o':
      if ((rest = behind(p, "object:"))) begin_object(rest, end);
      break;
    case '\'':  // KISSlicer: 'Perimeter Path', 1.2 [feed mm/s], 25.0 [head mm/s]
      if (contains(p, end, "path'") || contains(p, end, "pillar'")) feature = feature_named(p, end);
      break;
    default: break;
  }
}

}  // namespace c3po::gcode
