// Every processor of the platform: SSE (x86-64-v2 where asked for), NEON, or what the compiler makes of vectors of four.
#define C3PO_KERNELS kernels_base
#define C3PO_NAME "base"
#define C3PO_WIDEST 4
#if defined(__aarch64__)
#define C3PO_REGISTERS 32
#define C3PO_FMA __builtin_fmaf
#else
#define C3PO_REGISTERS 16
#define C3PO_FMA(a, b, c) ((a) * (b) + (c))
#endif
#include "_core/inference/kernels.inc"
