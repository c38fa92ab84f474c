"""The handbook: the files of `docs`, as pages with a search."""
