"""Reports: a parameterised notebook, run by papermill into one self-contained HTML with its manifest."""
