// x86-64-v4: AVX-512.
#if defined(__x86_64__) && !defined(C3PO_BASE_ONLY)
#define C3PO_KERNELS kernels_v4
#define C3PO_NAME "x86-64-v4"
#define C3PO_WIDEST 16
#define C3PO_REGISTERS 32
#define C3PO_FMA __builtin_fmaf
#include "_core/inference/kernels.inc"
#endif
