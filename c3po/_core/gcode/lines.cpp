// One line to its commands: line numbers, checksums, comments in parentheses, several commands in a line, bare words.
#include <cstring>

#include "_core/gcode/reader.hpp"
#include "_core/gcode/text.hpp"

namespace c3po::gcode {
namespace {

// M codes whose rest is text for people or a file's name: nothing in it is a word.
bool takes_text(int code) {
  switch (code) {
    case 16: case 20: case 23: case 28: case 30: case 32: case 33: case 36: case 38: case 98: case 115: case 117:
    case 118: case 550: case 551: case 552: case 587: case 928: case 997: case 1002: return true;
    default: return false;
  }
}

// M codes of machine tools that share a line with moves. Behind any other M code G and M are no commands.
bool shares_line(int code) { return (code >= 0 && code <= 9) || code == 48 || code == 49; }

// G codes behind which the same coordinates mean another place.
bool changes_places(int code) {
  switch (code) {
    case 20: case 21: case 52: case 53: case 54: case 55: case 56: case 57: case 58: case 59: case 90: case 91: case 92:
      return true;
    default: return false;
  }
}

constexpr std::uint32_t kPlaceWords = kAxisWords | Words::bit('E');

// Whether a comment in parentheses would move a machine that knows none.
bool holds_coordinate(const char* p, const char* end) {
  for (; p + 1 < end; ++p) {
    const unsigned letter = letter_index(*p);
    if (letter < 26 && kPlaceWords >> letter & 1 && (is_digit(p[1]) || p[1] == '-' || p[1] == '.')) return true;
  }
  return false;
}

bool is_name(const char* p) {
  double number;
  return p[1] == '_' || is_letter(p[1]) || (is_digit(p[1]) && *parse_number(p + 1, number) == '_');
}

// The number behind a command's letter, -1 when there is none; returns what follows it.
const char* read_code(const char* p, double& number) {
  const char* at = skip_blanks(p + 1);
  const char* behind = parse_number(at, number);
  if (behind != at) return behind;
  number = -1.0;
  return p + 1;
}

}  // namespace

// [p, end) holds no line end; *end is one.
void GcodeReader::read_line(const char* p, const char* end, std::uint64_t offset) {
  offset_ = offset;
  const char* first = skip_blanks(p);
  if (*first == ';') return hints_.read_comment(first + 1, end);
  if (first == end) return;
  const bool is_long = static_cast<std::size_t>(end - p) > kLongestLine;
  if (!is_long && !std::memchr(p, 0, static_cast<std::size_t>(end - p))) return read_clean_line(p, end);
  if (is_long) end = p + kLongestLine;
  scratch_.clear();
  for (const char* c = p; c < end; ++c) {
    if (*c) scratch_.push_back(*c);
  }
  const bool is_comment_by_then = scratch_.find(';') != std::string::npos;
  if (is_long && !is_comment_by_then) flags_.raise(Flag::long_line);
  if (scratch_.size() < static_cast<std::size_t>(end - p)) flags_.raise(Flag::nul_bytes);
  scratch_.push_back('\n');
  const std::string line = scratch_;
  read_clean_line(line.data(), line.data() + line.size() - 1);
}

void GcodeReader::read_clean_line(const char* p, const char* end) {
  const char* begin = p = skip_blanks(p);
  if (*p == '%') return;
  if (*p == '/') p = skip_blanks(p + 1);  // block delete: most machines run it
  if ((*p | 0x20) == 'n' && is_digit(*skip_blanks(p + 1))) {
    double line_number;
    p = skip_blanks(parse_number(skip_blanks(p + 1), line_number));
  }
  while (*p == '(') p = skip_blanks(skip_parenthesis(p));
  if (p >= end || is_end(*p)) return;
  if (*p == ';') return hints_.read_comment(p + 1, end);
  if (*p == '*') return check_checksum(begin, p);
  if (*p == '{' || *p == '[' || *p == '#' || *p == '<') doubtful_next_ |= bit(Flag::expression);
  if (!is_letter(*p)) return;
  if (is_name(p)) return run_named(p, end);
  read_commands(begin, p);
}

// Every command of the line that begins at p; a line without one repeats the last motion.
void GcodeReader::read_commands(const char* begin, const char* p) {
  bad_line_ = false;
  char letter = *p & ~0x20;
  double number = machine_.motion;
  const char* behind = p;
  const bool is_bare = letter != 'G' && letter != 'M' && letter != 'T';
  if (!is_bare) behind = read_code(p, number);
  if (letter == 'T' && number < 0.0) return;  // T?, Tx: the machine asks a person
  std::uint32_t earlier_words = 0;
  while (true) {
    const char* word = skip_blanks(behind);
    const bool is_text = letter == 'M' && (takes_text(as_index(number)) || (number == 486.0 && (*word | 0x20) == 'a'));
    words_.clear();
    p = read_words(behind, letter == 'M' && !shares_line(as_index(number)) ? 'm' : letter, is_text);
    if (*p == '*') check_checksum(begin, p);
    if (is_bare && earlier_words == 0) letter = words_.present & kMotionWords ? 'G' : 'F';
    // Some machines take a line for one command, with the last of each word.
    if (earlier_words & kPlaceWords && (changes_places(as_index(number)) || words_.present & kPlaceWords)) ++crowded_lines_;
    earlier_words |= words_.present | 1u << 31;
    run(letter, number);
    if (!is_letter(*p)) break;
    letter = *p & ~0x20;
    behind = read_code(p, number);
  }
  no_offset_ = false;
}

// Reads words behind a command's number until the next command of the line, a comment, a checksum or the end, and
// returns there. letter 'm' stands for M codes that own the rest of their line.
const char* GcodeReader::read_words(const char* p, char letter, bool is_text) {
  const char* behind_number = nullptr;
  while (true) {
    p = skip_blanks(p);
    const char c = *p;
    if (is_end(c) || c == ';') return p;
    if (is_text) {
      ++p;
      continue;
    }
    if (c == '*') return p;
    if (c == '(') {
      const char* inside = p;
      p = skip_parenthesis(p);
      if (letter == 'G') words_in_parentheses_ += holds_coordinate(inside, p);
      continue;
    }
    if (c == '"') {
      for (++p; !is_end(*p) && *p != '"'; ++p) {}
      if (*p == '"') ++p;
      continue;
    }
    if (!is_letter(c)) {
      if (c == '{' || c == '[' || c == '#') words_.empty |= 1u << 31, ++p;
      bad_line_ = true;
      if (!is_end(*p)) ++p;
      continue;
    }
    const unsigned index = letter_index(c);
    const char name = static_cast<char>('A' + index);
    const char* at = skip_blanks(p + 1);
    double value;
    const char* behind = parse_number(at, value);
    if (letter != 'm' && behind != at && (name == 'G' || name == 'M')) return p;
    if (letter == 'M' && name == 'T' && behind != at) return p;  // M6 T1
    if (behind == at) {
      words_.empty |= 1u << index;
      if (p == behind_number) bad_line_ = true;  // X3O
      p = at;
      if (*p == '{' || *p == '[' || *p == '#') words_.empty |= 1u << 31;
      continue;
    }
    if (words_.present & (1u << index) & kMotionWords && words_.value[index] != value) {
      if (letter == 'G') flags_.raise(Flag::duplicate_words);
    }
    words_.set(name, value);
    p = behind_number = behind;
    const bool ends_well = is_end(*p) || is_blank(*p) || is_letter(*p) || std::strchr(";(*\"/", *p);
    if (!ends_well) {
      bad_line_ = true;
      while (!is_end(*p) && !is_blank(*p) && !is_letter(*p) && *p != ';' && *p != '(') ++p;
    }
  }
}

// Behind a comment in parentheses; they nest, and an unclosed one reaches to the end of the line.
const char* GcodeReader::skip_parenthesis(const char* p) {
  int depth = 0;
  for (; !is_end(*p); ++p) {
    depth += *p == '(';
    depth -= *p == ')';
    if (depth == 0) return p + 1;
  }
  return p;
}

void GcodeReader::check_checksum(const char* begin, const char* star) {
  double told;
  const char* at = skip_blanks(star + 1);
  const char* behind = parse_number(at, told);
  if (behind == at) return;
  behind = skip_blanks(behind);
  if (!is_end(*behind) && *behind != ';' && *behind != '(') return;
  unsigned char sum = 0;
  for (const char* p = begin; p < star; ++p) sum ^= static_cast<unsigned char>(*p);
  flags_.raise(Flag::checksums);
  if (sum == as_index(told)) return;
  flags_.raise(Flag::bad_checksum);
  ++counters_.bad_checksums;
}

}  // namespace c3po::gcode
