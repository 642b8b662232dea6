// The Python module c3po._core._native. Each area registers its own part; see the bind_*.cpp beside this file.
#include "_core/bindings.hpp"

NB_MODULE(_native, m) {
  m.doc() = "C3PO's C++ core.";
  bind_gcode(m);
  bind_solid(m);
  bind_imaging(m);
  bind_dataset(m);
  bind_inference(m);
}
