"""What the command bar offers."""
