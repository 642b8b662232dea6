#include "_core/bindings.hpp"

void bind_imaging(nb::module_& m) { (void)m; }
