// Arcs and splines as points, close enough to print the same.
#pragma once
#include <vector>

#include "_core/gcode/machine.hpp"

namespace c3po::gcode {

constexpr double kChordErrorMm = 0.02;
constexpr int kMostCurvePoints = 4096;  // of one command
constexpr int kMostTurns = 32;          // of a helix; a flat circle turned twice is the same shape

struct Arc {
  int first_axis, second_axis, linear_axis;  // of the plane; 0 is X
  double centre[2];
  bool clockwise;
  int extra_turns;
};

// Points behind start, the last one exactly end, each chord within kChordErrorMm of the arc. The radius runs evenly from
// that of start to that of end, the linear axis evenly along.
void flatten_arc(const Point& start, const Point& end, const Arc& arc, std::vector<Point>& points);

// Points behind the first control point of a cubic Bezier curve, the last one exactly the fourth.
void flatten_cubic(const Point& p0, const Point& p1, const Point& p2, const Point& p3, std::vector<Point>& points);

}  // namespace c3po::gcode
