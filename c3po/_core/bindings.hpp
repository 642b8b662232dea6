#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace nb = nanobind;

void bind_gcode(nb::module_& m);
void bind_solid(nb::module_& m);
void bind_dataset(nb::module_& m);
void bind_imaging(nb::module_& m);
void bind_inference(nb::module_& m);
