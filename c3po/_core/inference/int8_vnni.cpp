// AVX-512 with VNNI: four products of bytes and their sum in one instruction.
#if defined(__x86_64__) && !defined(C3PO_BASE_ONLY)
#define C3PO_INT8 int8_vnni
#define C3PO_NAME "AVX-512 VNNI"
#define C3PO_PIXELS 64
#include "_core/inference/int8.inc"
#endif
