// aarch64 with the dot product of Armv8.2: Cortex-A76 (Raspberry Pi 5) and newer.
#if defined(__aarch64__) && !defined(C3PO_BASE_ONLY)
#define C3PO_INT8 int8_dot
#define C3PO_NAME "SDOT"
#define C3PO_PIXELS 16
#include "_core/inference/int8.inc"
#endif
