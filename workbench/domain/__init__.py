"""Values and rules that hold without any computer; the standard library only."""
