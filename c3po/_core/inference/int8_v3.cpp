// x86-64-v3: AVX2, products of bytes in pairs.
#if defined(__x86_64__) && !defined(C3PO_BASE_ONLY)
#define C3PO_INT8 int8_v3
#define C3PO_NAME "AVX2"
#define C3PO_PIXELS 32
#include "_core/inference/int8.inc"
#endif
