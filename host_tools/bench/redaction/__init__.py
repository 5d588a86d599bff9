"""What redaction takes and what it leaves: speed against its own models, residual text, faces and codes, memory."""
