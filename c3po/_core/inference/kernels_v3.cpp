// x86-64-v3: AVX2 with fused multiply-add.
#if defined(__x86_64__) && !defined(C3PO_BASE_ONLY)
#define C3PO_KERNELS kernels_v3
#define C3PO_NAME "x86-64-v3"
#define C3PO_WIDEST 8
#define C3PO_REGISTERS 16
#define C3PO_FMA __builtin_fmaf
#include "_core/inference/kernels.inc"
#endif
