#include "_core/bindings.hpp"

void bind_solid(nb::module_& m) { (void)m; }
