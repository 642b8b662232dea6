#include "_core/bindings.hpp"

void bind_inference(nb::module_& m) { (void)m; }
