"""Floor 3: published, named models, each with its source, units and limits. Kernels take arrays and floats."""
