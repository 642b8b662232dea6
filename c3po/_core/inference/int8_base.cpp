// Every processor of the platform; also the choice among the sets.
#define C3PO_INT8 int8_base
#define C3PO_NAME "base"
#define C3PO_PIXELS 16
#include "_core/inference/int8.inc"

#include <cstring>
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace c3po::inference {

extern const Int8Kernels int8_v3, int8_vnni, int8_dot;

const Int8Kernels& int8_kernels([[maybe_unused]] const char* float_kernels) {
#if defined(__x86_64__) && !defined(C3PO_BASE_ONLY)
  const bool is_v4 = std::strcmp(float_kernels, "x86-64-v4") == 0;
  if (is_v4 && __builtin_cpu_supports("avx512vnni")) return int8_vnni;
  if (is_v4 || std::strcmp(float_kernels, "x86-64-v3") == 0) return int8_v3;
#elif defined(__aarch64__) && defined(__linux__) && !defined(C3PO_BASE_ONLY)
  if (std::strcmp(float_kernels, "exact") != 0 && (getauxval(AT_HWCAP) & (1u << 20)) != 0) return int8_dot;  // HWCAP_ASIMDDP
#endif
  return int8_base;
}

}  // namespace c3po::inference
