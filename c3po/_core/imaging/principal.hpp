// Principal axes of a filled box from its exact moments.
#pragma once
#include "_core/imaging/plans.hpp"
#include "_core/imaging/volume.hpp"

namespace c3po {

struct Frame {
  double middle[3];   // centre of mass, in cells from the corner of the box
  double axes[3][3];  // unit rows by falling variance, each pointing to its longer tail
};

Frame principal_frame(const Volume& volume, const Plans& plans);

}  // namespace c3po
