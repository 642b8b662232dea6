// Bytes to lines. The usual line, "G1 X1 Y2 E3", is read on the spot; anything else goes to lines.cpp.
#include "_core/gcode/reader.hpp"

#include <algorithm>
#include <cstring>

#include "_core/gcode/text.hpp"

namespace c3po::gcode {
namespace {

constexpr std::uint32_t kSimpleWords = kAxisWords | Words::bit('E') | Words::bit('F');

// Behind the last line end of [data, end), or data itself.
const char* behind_last_line(const char* data, const char* end) {
  while (end > data && !is_end(end[-1])) --end;
  return end;
}

}  // namespace

void GcodeReader::feed(const char* data, std::size_t n) {
  counters_.bytes += n;
  if (encoding_ == Encoding::undecided) {
    const std::size_t taken = std::min<std::size_t>(n, 4 - head_.size());
    head_.append(data, taken);
    if (head_.size() == 4) decide_encoding();
    data += taken;
    n -= taken;
  }
  if (n > 0) encoding_ == Encoding::bytes ? feed_text(data, n) : feed_utf16(data, n);
  emitter_.flush();
}

void GcodeReader::finish() {
  if (finished_) return;
  if (encoding_ == Encoding::undecided) decide_encoding();
  if (!pending_.empty()) {
    feed_text("\n", 1);
    --line_feeds_;
  }
  finished_ = true;
  settle_kind();
}

// The end of the job, or too many feed moves without material to hold back any longer.
void GcodeReader::settle_kind() {
  const Kind kind = kind_without_material();
  if (kind == Kind::fdm && emitter_.kind == Kind::nothing) flags_.raise(Flag::no_extrusion_words);
  emitter_.finish(kind);
}

void GcodeReader::decide_encoding() {
  const std::string head = head_;
  head_.clear();
  const auto begins = [&](const char* mark, std::size_t n) { return head.compare(0, n, mark, n) == 0 && head.size() >= n; };
  encoding_ = Encoding::bytes;
  if (begins("\xff\xfe\0\0", 4) || begins("\0\0\xfe\xff", 4)) {
    flags_.raise(Flag::encoding);  // UTF-32: no machine reads it; without its NUL bytes it still reads well here
  } else if (begins("\xff\xfe", 2)) {
    encoding_ = Encoding::utf16_le;
  } else if (begins("\xfe\xff", 2)) {
    encoding_ = Encoding::utf16_be;
  }
  const std::size_t mark = encoding_ != Encoding::bytes ? 2 : begins("\xef\xbb\xbf", 3) ? 3 : 0;
  const char* rest = head.data() + mark;
  const std::size_t n = head.size() - mark;
  if (n > 0) encoding_ == Encoding::bytes ? feed_text(rest, n) : feed_utf16(rest, n);
}

void GcodeReader::feed_utf16(const char* data, std::size_t n) {
  decoded_.clear();
  for (std::size_t i = 0; i < n; ++i) {
    const int byte = static_cast<unsigned char>(data[i]);
    if (odd_byte_ < 0) {
      odd_byte_ = byte;
      continue;
    }
    const int unit = encoding_ == Encoding::utf16_le ? odd_byte_ | byte << 8 : odd_byte_ << 8 | byte;
    odd_byte_ = -1;
    decoded_.push_back(unit < 128 ? static_cast<char>(unit) : '?');
  }
  feed_text(decoded_.data(), decoded_.size());
}

void GcodeReader::feed_text(const char* data, std::size_t n) {
  const char* end = data + n;
  const std::uint64_t base = decoded_bytes_;
  decoded_bytes_ += n;
  const char* p = data;
  if (!pending_.empty()) {
    p = find_line_end(data, end);
    keep_pending(data, static_cast<std::size_t>(p - data));
    if (p == end) return;
    pending_.push_back(*p++);
    const std::string line = std::move(pending_);
    pending_.clear();
    read_lines(line.data(), line.data() + line.size(), pending_offset_);
  }
  const char* whole = behind_last_line(p, end);
  read_lines(p, whole, base + static_cast<std::uint64_t>(p - data));
  if (whole < end) {
    pending_offset_ = base + static_cast<std::uint64_t>(whole - data);
    keep_pending(whole, static_cast<std::size_t>(end - whole));
  }
}

// Keeps at most one byte more than the longest line, which tells later that there was more.
void GcodeReader::keep_pending(const char* data, std::size_t n) {
  const std::size_t room = kLongestLine + 1 - std::min(pending_.size(), kLongestLine + 1);
  pending_.append(data, std::min(n, room));
}

void GcodeReader::read_lines(const char* p, const char* end, std::uint64_t offset) {
  const char* begin = p;
  while (p < end) {
    offset_ = offset + static_cast<std::uint64_t>(p - begin);
    const char* line_end = *p == 'G' ? read_simple_move(p) : nullptr;
    if (!line_end) {
      line_end = find_line_end(p, end);
      if (line_end > p) read_line(p, line_end, offset_);
    }
    const bool is_lf = *line_end == '\n';
    lone_crs_ += after_cr_ && !(is_lf && line_end == p);
    line_feeds_ += is_lf && !(after_cr_ && line_end == p);
    after_cr_ = !is_lf;
    p = line_end + 1;
  }
}

// A line of G0 or G1 with plain words in it: its end, or nullptr when it is any less usual.
const char* GcodeReader::read_simple_move(const char* p) {
  const char* begin = p;
  if (p[1] != '1' && p[1] != '0') return nullptr;
  const int motion = p[1] - '0';
  p += 2;
  if (*p != ' ' && !is_letter(*p)) return nullptr;
  words_.clear();
  for (;;) {
    const char letter = *p;
    if (letter == ' ') {
      ++p;
      continue;
    }
    if (is_end(letter)) break;
    const unsigned index = static_cast<unsigned char>(letter - 'A');
    if (index >= 26 || !(kSimpleWords & (1u << index)) || (words_.present & (1u << index))) return nullptr;
    const char* behind = parse_number(p + 1, words_.value[index]);
    if (behind == p + 1) return nullptr;
    words_.present |= 1u << index;
    p = behind;
  }
  if (static_cast<std::size_t>(p - begin) > kLongestLine) return nullptr;
  ++counters_.commands;
  machine_.motion = motion;
  move_straight();
  return p;
}

std::vector<std::string> GcodeReader::flags() const {
  std::vector<std::string> names;
  for (std::size_t flag = 0; flag < kFlags; ++flag) {
    if (flags_.count(flag) > 0) names.emplace_back(kFlagInfo[flag].name);
  }
  const auto add_if = [&](bool is_so, Flag flag) {
    const char* name = kFlagInfo[static_cast<std::size_t>(flag)].name;
    if (is_so && std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  };
  // Bambu and Orca purge and calibrate inside M622 blocks; that is little beside a part.
  add_if(conditional_mm_ > 0.1 * emitter_.material_mm, Flag::conditional);
  add_if(dots_mm_ > 0.25 * extruded_mm_ && counters_.dots > 100, Flag::dots);
  add_if(emitter_.faint_share() > 0.02, Flag::uneven_flow);
  add_if(cold_mm_ > 20.0 + 0.01 * emitter_.material_mm, Flag::cold);
  const bool is_print = emitter_.kind == Kind::fdm;  // machine tools agree on both of these
  add_if(is_print && crowded_lines_ > 0, Flag::crowded_line);
  add_if(is_print && words_in_parentheses_ > 0, Flag::paren_words);
  add_if(is_print && spindle_cuts_ > 0, Flag::mixed_extrusion);  // a cut with material for show
  add_if(lone_crs_ > 0 && line_feeds_ > 0, Flag::mixed_line_ends);
  std::sort(names.begin(), names.end());
  return names;
}

Kind GcodeReader::kind() const { return finished_ || emitter_.kind != Kind::nothing ? emitter_.kind : Kind::nothing; }

Kind GcodeReader::kind_without_material() const {
  if (emitter_.n_commands_held() == 0) return Kind::nothing;
  constexpr std::size_t kFewMoves = 50;  // a start or end code alone
  if (heater_commands_ > 0 && beam_switches_ == 0) return emitter_.n_commands_held() < kFewMoves ? Kind::nothing : Kind::fdm;
  const bool by_fan = beam_switches_ == 0 && fan_switches_ > 4;
  if (emitter_.holds_beams() && !plunges_ && (power_words_ > 4 || beam_switches_ > 4 || by_fan)) return Kind::laser;
  return Kind::cnc;
}

}  // namespace c3po::gcode
