// The reader of G-code for Python: bytes in, segments to a sink, counts and flags out.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "_core/bindings.hpp"
#include "_core/gcode/collector.hpp"
#include "_core/gcode/packing.hpp"
#include "_core/gcode/reader.hpp"

using namespace nb::literals;
using c3po::Segment;
using c3po::SegmentSink;
using c3po::gcode::GcodeReader;
using c3po::gcode::Kind;
using c3po::gcode::SegmentCollector;
using c3po::gcode::SegmentCounter;

namespace {

template <typename T>
nb::object array_of(const std::vector<Segment>& kept, std::size_t columns, void (*fill)(const Segment&, T*)) {
  T* data = new T[kept.size() * columns + 1];
  nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<T*>(p); });
  for (std::size_t i = 0; i < kept.size(); ++i) fill(kept[i], data + i * columns);
  const std::size_t shape[2] = {kept.size(), columns};
  return nb::cast(nb::ndarray<nb::numpy, T>(data, columns > 1 ? 2 : 1, shape, owner));
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::fdm: return "fdm";
    case Kind::cnc: return "cnc";
    case Kind::laser: return "laser";
    default: return "nothing";
  }
}

void feed(GcodeReader& reader, nb::bytes data) {
  if (reader.finished()) throw nb::value_error("feed must come before finish");
  const char* p = data.c_str();
  const std::size_t n = data.size();
  if (n < 4096) return reader.feed(p, n);  // quicker than letting go of the lock and taking it back
  nb::gil_scoped_release unlocked;
  reader.feed(p, n);
}

nb::dict counters_of(const GcodeReader& reader) {
  const auto& counters = reader.counters();
  nb::dict counts;
  counts["bytes"] = counters.bytes;
  counts["commands"] = counters.commands;
  counts["moves"] = counters.moves;
  counts["extruding_moves"] = counters.extruding_moves;
  counts["arcs"] = counters.arcs;
  counts["macros"] = counters.macros;
  counts["unknown_commands"] = counters.unknown_commands;
  counts["bad_checksums"] = counters.bad_checksums;
  counts["dots"] = counters.dots;
  counts["tool_changes"] = counters.tool_changes;
  counts["segments"] = reader.n_segments();
  for (std::size_t flag = 0; flag < c3po::gcode::kFlags; ++flag) {
    if (const auto count = reader.flag_count(flag)) counts[c3po::gcode::kFlagInfo[flag].name] = count;
  }
  return counts;
}

nb::bytes heatshrink(nb::bytes data, int window_bits, int lookahead_bits, std::size_t n_bytes) {
  if (window_bits < 4 || window_bits > 15 || lookahead_bits < 3 || lookahead_bits >= window_bits)
    throw nb::value_error("window_bits must be 4 to 15 and lookahead_bits 3 to below it");
  if (n_bytes > (data.size() + 1) * 8 * (std::size_t{1} << lookahead_bits)) throw nb::value_error("n_bytes is more than the data can hold");
  std::string text;
  const auto* p = reinterpret_cast<const std::uint8_t*>(data.c_str());
  if (!c3po::gcode::unpack_heatshrink(p, data.size(), window_bits, lookahead_bits, n_bytes, text))
    throw nb::value_error("the data does not unpack to n_bytes");
  return nb::bytes(text.data(), text.size());
}

nb::bytes meatpack(nb::bytes data) {
  std::string text;
  c3po::gcode::unpack_meatpack(reinterpret_cast<const std::uint8_t*>(data.c_str()), data.size(), text);
  return nb::bytes(text.data(), text.size());
}

}  // namespace

void bind_gcode(nb::module_& m) {
  nb::class_<SegmentSink>(m, "SegmentSink", "Receives the segments of a toolpath.");

  nb::class_<SegmentCollector, SegmentSink>(m, "SegmentCollector", "Keeps every segment it receives, as arrays.")
      .def(nb::init<>())
      .def("__len__", [](const SegmentCollector& c) { return c.kept.size(); })
      .def_prop_ro("segments_mm", [](const SegmentCollector& c) {
        return array_of<float>(c.kept, 6, [](const Segment& s, float* row) {
          for (int axis = 0; axis < 3; ++axis) row[axis] = s.start_mm[axis], row[3 + axis] = s.end_mm[axis];
        });
      }, "Start and end, float32, shape (n, 6), mm.")
      .def_prop_ro("width_mm", [](const SegmentCollector& c) {
        return array_of<float>(c.kept, 1, [](const Segment& s, float* row) { *row = s.width_mm; });
      }, "float32, shape (n,); 0 where the file does not tell.")
      .def_prop_ro("height_mm", [](const SegmentCollector& c) {
        return array_of<float>(c.kept, 1, [](const Segment& s, float* row) { *row = s.height_mm; });
      }, "float32, shape (n,); 0 where the file does not tell.")
      .def_prop_ro("tool", [](const SegmentCollector& c) {
        return array_of<std::uint8_t>(c.kept, 1, [](const Segment& s, std::uint8_t* row) { *row = s.tool; });
      }, "uint8, shape (n,).")
      .def_prop_ro("feature", [](const SegmentCollector& c) {
        return array_of<std::uint8_t>(c.kept, 1, [](const Segment& s, std::uint8_t* row) {
          *row = static_cast<std::uint8_t>(s.feature);
        });
      }, "What comments say a segment is for, uint8, shape (n,).")
      .def_prop_ro("object", [](const SegmentCollector& c) {
        return array_of<std::uint16_t>(c.kept, 1, [](const Segment& s, std::uint16_t* row) { *row = s.object; });
      }, "Label of the object, uint16, shape (n,); 0 when there is none.")
      .def_prop_ro("byte_offset", [](const SegmentCollector& c) {
        return array_of<std::uint64_t>(c.kept, 1, [](const Segment& s, std::uint64_t* row) { *row = s.byte_offset; });
      }, "Of the command in the decoded text, uint64, shape (n,).");

  nb::class_<SegmentCounter, SegmentSink>(m, "SegmentCounter", "Counts segments and measures their bounds.")
      .def(nb::init<>())
      .def("__len__", [](const SegmentCounter& c) { return c.count; })
      .def_prop_ro("bounds_mm", [](const SegmentCounter& c) {
        std::vector<std::vector<float>> bounds(2, std::vector<float>(3, 0.0F));
        for (int axis = 0; axis < 3 && c.count > 0; ++axis) {
          bounds[0][axis] = c.low_mm[axis];
          bounds[1][axis] = c.high_mm[axis];
        }
        return bounds;
      }, "Least and greatest corner, two lists of three floats, mm; zeros when there is nothing.");

  nb::class_<GcodeReader>(m, "GcodeReader", "Reads G-code, fed as bytes in any pieces, and hands segments to a sink.")
      .def(nb::init<SegmentSink&>(), "sink"_a, nb::keep_alive<1, 2>())
      .def("feed", &feed, "data"_a, "Reads more bytes. Segments of whole lines have reached the sink on return.")
      .def("feed_lines", [](GcodeReader& reader, nb::sequence lines) {
        for (nb::handle line : lines) feed(reader, nb::cast<nb::bytes>(line));
      }, "lines"_a, "Reads several bytes objects, e.g. the lines of a stream, each with its line end.")
      .def("finish", [](GcodeReader& reader) {
        nb::gil_scoped_release unlocked;
        reader.finish();
      }, "The end of the job; the last line may lack its end.")
      .def_prop_ro("flags", &GcodeReader::flags, "Names of what could not be followed, sorted.")
      .def_prop_ro("counters", &counters_of, "What was met how often.")
      .def_prop_ro("layers", &GcodeReader::layers, "Layers of material begun so far.")
      .def_prop_ro("z_mm", &GcodeReader::z_mm, "Height of the nozzle over the last material.")
      .def_prop_ro("kind", [](const GcodeReader& reader) { return name_of(reader.kind()); },
                   "fdm, cnc, laser or nothing; final only behind finish.");

  m.def("unpack_heatshrink", &heatshrink, "data"_a, "window_bits"_a, "lookahead_bits"_a, "n_bytes"_a,
        "The n_bytes that the data was packed from. ValueError when it does not unpack to exactly so many.");
  m.def("unpack_meatpack", &meatpack, "data"_a, "The text that the data was packed from, perhaps without its blanks.");

  nb::list shape_flags;
  for (const auto& info : c3po::gcode::kFlagInfo) {
    if (info.shape) shape_flags.append(info.name);
  }
  m.attr("GCODE_SHAPE_FLAGS") = nb::tuple(shape_flags);
}
