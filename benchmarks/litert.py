"""A `runtime.Graph` as a LiteRT (TFLite) int8 file, by TensorFlow's converter: full integer weights and activations,
calibrated on noise (time, not accuracy). Recurrent layers are unrolled, as Keras does for LiteRT.

``python -m benchmarks.litert NETWORK.c3po OUT.tflite``, in a process of its own: TensorFlow is slow to start.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from c3po.runtime import Graph, Node, unpack
from c3po.runtime.onnx import two_numbers, window


def int8_model(graph: Graph) -> bytes:
    """Bytes of the .tflite file; input (1, height, width, channels), output (1, labels)."""
    import tensorflow as tf

    channels, height, width = graph.input_shape
    shape = (1, height, width, channels)
    forward = tf.function(lambda x: _answer(tf, graph, x), input_signature=[tf.TensorSpec(shape, tf.float32)])
    converter = tf.lite.TFLiteConverter.from_concrete_functions([forward.get_concrete_function()], tf.Module())
    rng = np.random.default_rng(0)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([rng.random(shape, np.float32)] for _ in range(8))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return bytes(converter.convert())


def _answer(tf: Any, graph: Graph, images: Any) -> Any:
    values, views = [images], 1
    for node in graph.nodes[1:]:
        inputs = [values[i] for i in node.inputs]
        if node.op == "view_split":
            views = graph.input_shape[0] // node.settings["channels"]
            values.append(tf.concat(tf.split(inputs[0], views, axis=3), axis=0))
        elif node.op == "view_pool":
            values.append(tf.reshape(inputs[0], (1, 1, 1, -1)))
        else:
            values.append(_value(tf, node, inputs))
    return tf.reshape(values[-1], (1, -1))


def _value(tf: Any, node: Node, inputs: list[Any]) -> Any:
    x, given, t = inputs[0], node.settings, node.tensors
    if node.op == "conv2d":
        sides = window(given, 1)
        same = sides["strides"] == [1, 1] and sides["pads"][:2] == [n // 2 for n in t["weight"].shape[2:]]
        padding = "SAME" if same else [[0, 0], *([pad, pad] for pad in sides["pads"][:2]), [0, 0]]
        scale = t.get("scale", np.ones(len(t["weight"]), np.float32))
        weight = (t["weight"] * scale[:, None, None, None]).transpose(2, 3, 1, 0)
        return tf.nn.conv2d(x, weight, sides["strides"], padding) + t.get("bias", np.zeros(len(scale), np.float32))
    if node.op == "linear":
        flat = tf.reshape(x, (x.shape[0], -1))
        weight = t["weight"] * t.get("scale", np.ones(len(t["weight"]), np.float32))[:, None]
        if x.shape[1] * x.shape[2] > 1:  # columns run over channels first with us, last with them
            weight = weight.reshape(len(weight), x.shape[3], x.shape[1], x.shape[2]).transpose(0, 2, 3, 1)
        product = tf.matmul(flat, weight.reshape(len(weight), -1).T) + t.get("bias", np.zeros(len(weight), np.float32))
        return product[:, None, None, :]
    if node.op == "max_pool":
        strides = window(given, given["kernel"])["strides"]
        return tf.nn.max_pool2d(x, two_numbers(given["kernel"]), strides, "VALID")
    if node.op == "gru":
        return _gru(tf, t, x)
    simple = {
        "relu": tf.nn.relu, "flatten": lambda x: x, "softmax": lambda x: tf.nn.softmax(x, axis=-1),
        "global_avg_pool": lambda x: tf.reduce_mean(x, (1, 2), keepdims=True),
        "affine": lambda x: x * t["scale"] + t.get("offset", np.float32(0)), "add": lambda x: x + inputs[1],
    }  # fmt: skip
    return simple[node.op](x)


def _gru(tf: Any, t: dict[str, np.ndarray], x: Any) -> Any:
    """Last state, step by step; torch's gates r, z, n."""
    units = t["weight_hidden"].shape[1]
    state = tf.zeros((1, units))
    for step in range(x.shape[1]):
        row = tf.split(tf.matmul(x[:, step, :, 0], t["weight_input"].T) + t["bias_input"], 3, axis=1)
        old = tf.split(tf.matmul(state, t["weight_hidden"].T) + t["bias_hidden"], 3, axis=1)
        reset, keep = tf.sigmoid(row[0] + old[0]), tf.sigmoid(row[1] + old[1])
        fresh = tf.tanh(row[2] + reset * old[2])
        state = keep * state + (1.0 - keep) * fresh
    return state[:, None, None, :]


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(int8_model(unpack(sys.argv[1])[0]))
