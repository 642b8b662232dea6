"""Other engines on an ONNX file or a packed one, one thread each; those that are not installed are left out."""

import hashlib
import importlib.util
import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

Run = Callable[[], object]


def onnxruntime_runs(path: Path, images: np.ndarray) -> dict[str, Run]:
    """Sessions of the float32 network and of its int8 version (QDQ, calibrated on noise: time, not accuracy)."""
    import onnxruntime
    from onnxruntime import quantization

    logging.disable(logging.WARNING)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3

    class Noise(quantization.CalibrationDataReader):
        def __init__(self) -> None:
            self.left = 8

        def get_next(self) -> dict[str, np.ndarray] | None:
            self.left -= 1
            return {"images": images} if self.left >= 0 else None

    int8 = path.with_suffix(".int8.onnx")
    quantization.quantize_static(str(path), str(int8), Noise())

    def run_of(file: Path) -> Run:
        session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        return lambda: session.run(None, {"images": images})[0]

    return {"onnxruntime fp32": run_of(path), "onnxruntime int8": run_of(int8)}


def openvino_runs(path: Path, images: np.ndarray) -> dict[str, Run]:
    """OpenVINO float32, and int8 where nncf is installed; empty without OpenVINO."""
    if importlib.util.find_spec("openvino") is None:
        return {}
    import openvino

    core = openvino.Core()
    models = {"openvino fp32": core.read_model(path)}
    models["openvino fp32"].reshape(images.shape)
    if importlib.util.find_spec("nncf") is not None:
        import nncf

        models["openvino int8"] = nncf.quantize(models["openvino fp32"], nncf.Dataset([images] * 8))
    settings = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}

    def run_of(model: openvino.Model) -> Run:
        request = core.compile_model(model, "CPU", settings).create_infer_request()
        return lambda: request.infer([images])

    return {name: run_of(model) for name, model in models.items()}


def litert_run(packed: Path, images: np.ndarray) -> dict[str, Run]:
    """LiteRT int8 (XNNPACK); empty without ai-edge-litert or the TensorFlow that converts for it."""
    if not all(importlib.util.find_spec(name) for name in ("ai_edge_litert", "tensorflow")):
        return {}
    from ai_edge_litert.interpreter import Interpreter

    digest = hashlib.sha256(packed.read_bytes()).hexdigest()[:16]
    file = Path(tempfile.gettempdir()) / f"c3po-bench-{digest}.tflite"  # converting takes longer than timing
    converter = [sys.executable, "-W", "ignore", "-m", "benchmarks.litert", str(packed), str(file)]
    if not file.exists():
        done = subprocess.run(converter, capture_output=True, text=True)
        if done.returncode:
            print(f"no LiteRT version: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
            return {}
    interpreter = Interpreter(str(file), num_threads=1)
    interpreter.allocate_tensors()
    source, answer = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    last = np.ascontiguousarray(images.transpose(0, 2, 3, 1))

    def run() -> object:
        interpreter.set_tensor(source, last)
        interpreter.invoke()
        return interpreter.get_tensor(answer)

    return {"litert int8": run}
