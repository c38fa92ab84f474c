"""The filing reader."""
