"""Tools for language models: the Model Context Protocol over stdio and HTTP."""
