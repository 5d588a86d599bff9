"""Wake words on the host: converting, hearing and training models; the voices they are trained on."""
