"""Tasks that requests left to the process that runs jobs."""
