"""The main job, from a photograph in front of the lens to an answer, as steps that the demo and the benches share."""
