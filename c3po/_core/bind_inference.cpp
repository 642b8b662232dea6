#include <algorithm>
#include <chrono>

#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "_core/bindings.hpp"
#include "_core/inference/engine.hpp"
#include "_core/inference/packed.hpp"

using namespace nb::literals;
using namespace c3po::inference;

namespace {

using FloatArray = nb::ndarray<const float, nb::c_contig, nb::device::cpu>;
using CodeArray = nb::ndarray<const std::int32_t, nb::c_contig, nb::device::cpu>;

template <class T>
nb::object array_of(const std::vector<T>& values, std::size_t rows, std::size_t columns) {
  auto* data = new std::vector<T>(values);
  nb::capsule owner(data, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, T>(data->data(), {rows, columns}, owner));
}

// (values, coding, mantissa bits, book, codes, levels of the entries or b"", the same of lower levels)
Tensor tensor_from(const nb::tuple& fields) {
  Tensor t;
  const auto values = nb::cast<FloatArray>(fields[0]);
  t.values.assign(values.data(), values.data() + values.size());
  t.coding = static_cast<Coding>(nb::cast<std::uint32_t>(fields[1]));
  t.mantissa_bits = nb::cast<std::uint32_t>(fields[2]);
  t.book = nb::cast<std::vector<float>>(fields[3]);
  const auto codes = nb::cast<CodeArray>(fields[4]);
  t.codes.assign(codes.data(), codes.data() + codes.size());
  const auto level = nb::cast<nb::bytes>(fields[5]);
  t.level.assign(level.c_str(), level.c_str() + level.size());
  for (const nb::handle lower : nb::cast<nb::list>(fields[6])) t.lower.push_back(tensor_from(nb::cast<nb::tuple>(lower)));
  return t;
}

// nodes: (op, inputs, settings, tensors or None by slot)
Graph graph_from(const nb::list& nodes, const std::vector<std::uint32_t>& outputs, const std::string& metadata, std::uint32_t levels) {
  Graph graph;
  graph.levels = levels;
  graph.outputs = outputs;
  graph.metadata = metadata;
  for (const nb::handle item : nodes) {
    const auto fields = nb::cast<nb::tuple>(item);
    Node node;
    const auto op = nb::cast<std::uint32_t>(fields[0]);
    if (op >= kOps) throw PackedError("expected a known operation, got number " + std::to_string(op));
    node.op = static_cast<Op>(op);
    node.inputs = nb::cast<std::vector<std::uint32_t>>(fields[1]);
    const auto settings = nb::cast<std::vector<std::uint32_t>>(fields[2]);
    for (std::size_t i = 0; i < settings.size() && i < node.settings.size(); ++i) node.settings[i] = settings[i];
    std::size_t slot = 0;
    for (const nb::handle tensor : nb::cast<nb::tuple>(fields[3])) {
      if (slot < node.tensors.size() && !tensor.is_none()) {
        node.tensors[slot] = tensor_from(nb::cast<nb::tuple>(tensor));
        node.has[slot] = true;
      }
      ++slot;
    }
    graph.nodes.push_back(std::move(node));
  }
  return graph;
}

nb::tuple node_to(const Node& node) {
  nb::list tensors;
  for (std::size_t slot = 0; slot < node.tensors.size(); ++slot) {
    const Tensor& t = node.tensors[slot];
    if (node.has[slot]) {
      nb::list lower;
      for (const Tensor& other : t.lower) lower.append(array_of(other.values, t.rows, t.columns));
      tensors.append(nb::make_tuple(array_of(t.values, t.rows, t.columns), static_cast<std::uint32_t>(t.coding), t.mantissa_bits, t.book.size(),
                                    nb::bytes(t.level.data(), t.level.size()), lower));
    }
    else
      tensors.append(nb::none());
  }
  std::vector<std::uint32_t> settings(node.settings.begin(), node.settings.end());
  return nb::make_tuple(static_cast<std::uint32_t>(node.op), node.inputs, settings, tensors,
                        nb::make_tuple(node.shape.channels, node.shape.height, node.shape.width), node.views);
}

// A float32 array as it lies in memory, by the buffer protocol: in less time than a full conversion, which would show in
// networks of a few microseconds.
class Floats {
 public:
  Floats(nb::handle array, int flags) {
    is_held_ = PyObject_GetBuffer(array.ptr(), &buffer_, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | flags) == 0;
    if (!is_held_) PyErr_Clear();
  }
  ~Floats() {
    if (is_held_) PyBuffer_Release(&buffer_);
  }
  Floats(const Floats&) = delete;
  Floats& operator=(const Floats&) = delete;

  bool holds_images(const Shape& shape) const {
    return is_held_ && buffer_.ndim == 4 && buffer_.format && buffer_.format[0] == 'f' && !buffer_.format[1] &&
           buffer_.shape[1] == shape.channels && buffer_.shape[2] == shape.height && buffer_.shape[3] == shape.width;
  }
  Py_ssize_t count() const { return buffer_.shape[0]; }
  float* data() const { return static_cast<float*>(buffer_.buf); }

 private:
  Py_buffer buffer_;
  bool is_held_;
};

// Scores of images, or None where `images` is anything but a contiguous float32 array of the right shape and finite.
nb::object run_images(Engine& engine, nb::handle images) {
  static PyObject* const empty = PyObject_GetAttrString(nb::module_::import_("numpy").ptr(), "empty");
  static PyObject* const kind = PyUnicode_InternFromString("float32");
  const Floats in(images, 0);
  if (!in.holds_images(engine.plan().input)) return nb::none();
  const nb::object shape = nb::steal(PyTuple_Pack(2, nb::int_(in.count()).ptr(), nb::int_(engine.plan().output.channels).ptr()));
  PyObject* arguments[2] = {shape.ptr(), kind};
  nb::object scores = nb::steal(PyObject_Vectorcall(empty, arguments, 2, nullptr));
  if (!scores.is_valid()) nb::raise_python_error();
  const Floats out(scores, PyBUF_WRITABLE);
  nb::gil_scoped_release unlocked;
  const bool is_finite = engine.run(in.data(), static_cast<std::size_t>(in.count()), out.data());
  nb::gil_scoped_acquire locked;
  return is_finite ? scores : nb::none();
}

nb::bytes bytes_of(const std::vector<std::uint8_t>& bytes) { return nb::bytes(bytes.data(), bytes.size()); }

Graph read(const nb::bytes& bytes) { return read_packed(reinterpret_cast<const std::uint8_t*>(bytes.c_str()), bytes.size()); }

nb::tuple step_to(const Plan& plan, const Step& step) {
  static const char* kinds[] = {"input", "conv", "linear", "phases", "plain", "recurrent", "output", "circulant", "quantise", "split", "int8 conv", "floats"};
  std::int64_t macs = 0;
  if (step.kind == Step::Kind::conv) macs = plan.convs[step.index].macs;
  if (step.kind == Step::Kind::byte_conv) macs = plan.int8.convs[step.index].macs;
  if (step.kind == Step::Kind::linear) macs = plan.linears[step.index].macs;
  if (step.kind == Step::Kind::recurrent) {
    macs = plan.recurrents[step.index].macs;
    if (plan.recurrents[step.index].is_on_bytes) return nb::make_tuple("int8 recurrent", step.node, macs);
  }
  return nb::make_tuple(kinds[static_cast<int>(step.kind)], step.node, macs);
}

// A file that was read once: the graph of all its levels.
struct PackedNetwork {
  Graph graph;
};

Graph level_of(const PackedNetwork& packed, std::uint32_t level) {
  Graph graph = packed.graph;
  if (level >= graph.levels) throw nb::value_error("level must be one of the file's");
  select_level(graph, level);
  return graph;
}

const Kernels& chosen_kernels(const std::string& name) {
  const Kernels* chosen = name.empty() ? &best_kernels() : kernels_named(name.c_str());
  if (!chosen) throw nb::value_error(("kernels must be one this machine runs, got " + name).c_str());
  return *chosen;
}

void bind_stream(nb::module_& m) {
  nb::class_<Stream>(m, "Stream")
      .def("__init__", [](Stream* self, const PackedNetwork& packed, const std::string& kernels, std::uint32_t level, const Ranges& ranges) {
        const Kernels& chosen = chosen_kernels(kernels);
        Graph graph = level_of(packed, level);
        cut_to_one_step(graph);
        new (self) Stream(graph, chosen, ranges);
      }, "packed"_a, "kernels"_a, "level"_a, "ranges"_a)
      .def("push", [](Stream& self, const FloatArray& row, nb::ndarray<float, nb::ndim<1>, nb::c_contig, nb::device::cpu> scores) {
        if (row.size() != self.plan().input.size() || scores.size() != self.plan().output.size()) throw nb::value_error("row and scores do not fit");
        return self.push(row.data(), scores.data());
      }, "row"_a, "scores"_a.noconvert(), "False, and all states forgotten, where the row holds an infinity or NaN.")
      .def("reset", &Stream::reset);
}

}  // namespace

void bind_inference(nb::module_& m) {
  nb::class_<PackedNetwork>(m, "PackedNetwork")
      .def("__init__", [](PackedNetwork* self, const nb::bytes& bytes) { new (self) PackedNetwork{read(bytes)}; }, "bytes"_a)
      .def_prop_ro("metadata", [](const PackedNetwork& self) { return nb::bytes(self.graph.metadata.data(), self.graph.metadata.size()); })
      .def_prop_ro("n_levels", [](const PackedNetwork& self) { return self.graph.levels; });
  bind_stream(m);
  nb::exception<PackedError>(m, "PackedError", PyExc_ValueError);

  m.def("write_packed", [](const nb::list& nodes, const std::vector<std::uint32_t>& outputs, const nb::bytes& metadata, std::uint32_t levels) {
    Graph graph = graph_from(nodes, outputs, std::string(metadata.c_str(), metadata.size()), levels);
    const Packed packed = write_packed(graph);
    return nb::make_tuple(bytes_of(packed.bytes), std::vector<double>(packed.part_bytes.begin(), packed.part_bytes.end()));
  }, "nodes"_a, "outputs"_a, "metadata"_a, "levels"_a = 1);

  m.def("read_packed", [](const nb::bytes& bytes) {
    const Graph graph = read(bytes);
    nb::list nodes;
    for (const Node& node : graph.nodes) nodes.append(node_to(node));
    return nb::make_tuple(nodes, graph.outputs, nb::bytes(graph.metadata.data(), graph.metadata.size()), graph.levels);
  }, "bytes"_a);

  m.def("kernel_sets", [] {
    std::vector<std::string> names;
    for (const char* name : {"x86-64-v4", "x86-64-v3", "base", "exact"})
      if (kernels_named(name)) names.emplace_back(name);
    return names;
  }, "Names of the kernel sets that this machine runs, best first.");

  m.def("peak_macs_per_second", [](const std::string& name) {
    const Kernels* kernels = kernels_named(name.c_str());
    if (!kernels) throw nb::value_error(("kernels must be one this machine runs, got " + name).c_str());
    nb::gil_scoped_release unlocked;
    double best = 0;
    const std::int64_t rounds = kernels->widest == 1 ? 1000 : 100000;
    for (int i = 0; i < 20; ++i) {
      const auto start = std::chrono::steady_clock::now();
      volatile float kept = kernels->fused_chains(rounds);
      (void)kept;
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      best = std::max(best, 10.0 * kernels->widest * static_cast<double>(rounds) / seconds);
    }
    return best;
  }, "kernels"_a, "Multiply-adds per second of one core at the widest vectors of a kernel set.");

  nb::class_<Engine>(m, "Engine")
      .def("__init__", [](Engine* self, const PackedNetwork& packed, const std::string& kernels, std::uint32_t level, const Ranges& ranges,
                          const std::vector<std::vector<std::uint32_t>>& questions, std::uint32_t n_views) {
        const Kernels& chosen = chosen_kernels(kernels);
        Graph graph = level_of(packed, level);
        if (!questions.empty()) ask_together(graph, questions, n_views);
        nb::gil_scoped_release unlocked;
        new (self) Engine(graph, chosen, ranges);
      }, "packed"_a, "kernels"_a, "level"_a, "ranges"_a, "questions"_a = std::vector<std::vector<std::uint32_t>>{}, "n_views"_a = 0,
         "Layers run on bytes where the ranges of their inputs, by node, are given; questions as in ask_together().")
      .def("run", run_images, "images"_a)
      .def("run_until", [](Engine& self, const FloatArray& images, float confidence, nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu> scores,
                           nb::ndarray<std::int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu> exits) {
        const std::size_t count = exits.size();
        if (images.size() != count * self.plan().input.size() || scores.size() != count * self.plan().output.size()) throw nb::value_error("images and scores do not fit");
        nb::gil_scoped_release unlocked;
        return self.run_until(images.data(), count, confidence, scores.data(), exits.data());
      }, "images"_a, "confidence"_a, "scores"_a.noconvert(), "exits"_a.noconvert(), "False where an image holds an infinity or NaN.")
      .def_prop_ro("n_exits", [](const Engine& self) { return self.plan().emits.size(); })
      .def("profile", [](Engine& self, const FloatArray& image, int rounds) {
        if (image.size() != self.plan().input.size()) throw nb::value_error("the image does not fit");
        nb::gil_scoped_release unlocked;
        return self.profile(image.data(), rounds);
      }, "image"_a, "rounds"_a)
      .def_prop_ro("input_shape", [](const Engine& self) {
        const Shape s = self.plan().input;
        return nb::make_tuple(s.channels, s.height, s.width);
      })
      .def_prop_ro("n_labels", [](const Engine& self) { return self.plan().output.channels; })
      .def_prop_ro("kernels", [](const Engine& self) { return std::string(self.plan().kernels->name); })
      .def_prop_ro("arena_bytes", [](const Engine& self) { return self.plan().arena_floats * 4; })
      .def_prop_ro("steps", [](const Engine& self) {
        nb::list steps;
        for (const Step& step : self.plan().steps) steps.append(step_to(self.plan(), step));
        return steps;
      }, "(kind, node, multiplications) of each step.");
}
