"""Kokoro-82M (Apache-2.0) through onnxruntime: the most human of the voices, and the slowest."""
