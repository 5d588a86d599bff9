"""From a streaming .tflite model to the file that the glasses read: reader, planner, quantisation, writer."""
