#include "_core/bindings.hpp"

void bind_gcode(nb::module_& m) { (void)m; }
