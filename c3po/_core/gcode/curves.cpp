#include "_core/gcode/curves.hpp"

#include <algorithm>
#include <cmath>

namespace c3po::gcode {
namespace {

constexpr double kPi = 3.14159265358979323846;

// Chords needed so that an arc of this radius and sweep strays at most kChordErrorMm (sagitta r (1 - cos(a / 2))).
int chords(double radius_mm, double sweep_rad) {
  const double cosine = std::max(-1.0, 1.0 - kChordErrorMm / std::max(radius_mm, kChordErrorMm));
  const double step_rad = std::min(2.0 * std::acos(cosine), kPi / 4);
  const double needed = std::ceil(sweep_rad / step_rad);
  return static_cast<int>(std::clamp(needed, 1.0, static_cast<double>(kMostCurvePoints)));
}

}  // namespace

void flatten_arc(const Point& start, const Point& end, const Arc& arc, std::vector<Point>& points) {
  const int a = arc.first_axis, b = arc.second_axis, c = arc.linear_axis;
  const double from_a = start[a] - arc.centre[0], from_b = start[b] - arc.centre[1];
  const double to_a = end[a] - arc.centre[0], to_b = end[b] - arc.centre[1];
  const double from_radius = std::hypot(from_a, from_b), to_radius = std::hypot(to_a, to_b);
  const double from_rad = std::atan2(from_b, from_a);
  double sweep = std::atan2(to_b, to_a) - from_rad;
  if (arc.clockwise) sweep = -sweep;
  const bool closed = start[a] == end[a] && start[b] == end[b];
  if (closed || sweep <= 1e-9) sweep += 2 * kPi;
  if (!closed && sweep > 2 * kPi) sweep -= 2 * kPi;
  if (start[c] != end[c]) sweep += 2 * kPi * std::min(arc.extra_turns, kMostTurns);
  const int n = chords(std::max(from_radius, to_radius), sweep);
  for (int i = 1; i < n; ++i) {
    const double part = static_cast<double>(i) / n;
    const double angle = from_rad + (arc.clockwise ? -sweep : sweep) * part;
    const double radius = from_radius + (to_radius - from_radius) * part;
    Point point;
    point[a] = arc.centre[0] + radius * std::cos(angle);
    point[b] = arc.centre[1] + radius * std::sin(angle);
    point[c] = start[c] + (end[c] - start[c]) * part;
    points.push_back(point);
  }
  points.push_back(end);
}

void flatten_cubic(const Point& p0, const Point& p1, const Point& p2, const Point& p3, std::vector<Point>& points) {
  // A cubic strays from n equal chords by at most sqrt(3)/8... of its second differences over n squared; 3/4 is safe.
  double bend = 0.0;
  for (int axis = 0; axis < 3; ++axis) {
    bend += std::fabs(p0[axis] - 2 * p1[axis] + p2[axis]) + std::fabs(p1[axis] - 2 * p2[axis] + p3[axis]);
  }
  const double needed = std::ceil(std::sqrt(0.75 * bend / kChordErrorMm));
  const int n = static_cast<int>(std::clamp(needed, 1.0, static_cast<double>(kMostCurvePoints)));
  for (int i = 1; i < n; ++i) {
    const double t = static_cast<double>(i) / n, u = 1.0 - t;
    Point point;
    for (int axis = 0; axis < 3; ++axis) {
      point[axis] = u * u * u * p0[axis] + 3 * u * u * t * p1[axis] + 3 * u * t * t * p2[axis] + t * t * t * p3[axis];
    }
    points.push_back(point);
  }
  points.push_back(p3);
}

}  // namespace c3po::gcode
